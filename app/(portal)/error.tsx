"use client";
import { Button } from "@/components/ui/button";
import { errorDigest } from "@/components/ui/error-digest";
import { ErrorState } from "@/components/ui/error-state";

/** A page that failed, inside the frame of the portal, so that the rest of it can still be reached. */
export default function PortalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <ErrorState
      title="This page could not be shown"
      message="Something went wrong on our side. What you did before is saved; trying again often helps."
      requestId={errorDigest(error)}
      action={
        <Button variant="primary" icon="refresh" onClick={retry}>
          Try again
        </Button>
      }
    />
  );
}
