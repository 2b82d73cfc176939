"use client";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";

interface ErrorProps {
  error: unknown;
  retry: () => void;
}

/** What stands in for a page that failed; the reference finds the cause in the log of the server. */
export default function PageError({ error, retry }: ErrorProps) {
  return (
    <ErrorState
      title="This page could not be shown"
      message="Something went wrong on our side. What you did before is saved; trying again often helps."
      requestId={digestOf(error)}
      action={
        <Button variant="primary" icon="refresh" onClick={retry}>
          Try again
        </Button>
      }
    />
  );
}

function digestOf(error: unknown): string | undefined {
  return error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : undefined;
}
