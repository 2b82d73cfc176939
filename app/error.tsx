"use client";
import { Comeback } from "@/components/live/comeback";
import { AuthShell } from "@/components/shell/auth-shell";
import { Button } from "@/components/ui/button";
import { errorDigest } from "@/components/ui/error-digest";
import { databaseAwayDigest } from "@/lib/errors";

/** What stands in for a page that failed; the reference finds the cause in the log of the server. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = errorDigest(error);
  const away = digest === databaseAwayDigest;
  return (
    <AuthShell
      title={away ? "The portal's database cannot be reached" : "This page could not be shown"}
      description={away ? "What you did before is saved, and agents are told to try again." : "Something went wrong on our side. What you did before is saved; trying again often helps."}
      footer={digest && !away ? `Reference ${digest}` : undefined}
    >
      <div className="grid gap-3">
        <Button variant="primary" icon="refresh" onClick={retry}>
          Try again
        </Button>
        <Comeback away={away} retry={retry} />
      </div>
    </AuthShell>
  );
}
