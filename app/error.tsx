"use client";
import { AuthShell } from "@/components/shell/auth-shell";
import { Button } from "@/components/ui/button";
import { errorDigest } from "@/components/ui/error-digest";

/** What stands in for a page that failed; the reference finds the cause in the log of the server. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = errorDigest(error);
  return (
    <AuthShell
      title="This page could not be shown"
      description="Something went wrong on our side. What you did before is saved; trying again often helps."
      footer={digest ? `Reference ${digest}` : undefined}
    >
      <Button variant="primary" icon="refresh" onClick={retry}>
        Try again
      </Button>
    </AuthShell>
  );
}
