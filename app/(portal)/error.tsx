"use client";
import { Comeback } from "@/components/live/comeback";
import { Button } from "@/components/ui/button";
import { errorDigest } from "@/components/ui/error-digest";
import { ErrorState } from "@/components/ui/error-state";
import { databaseAwayDigest } from "@/lib/errors";

/** A page that failed, inside the frame of the portal, so that the rest of it can still be reached. */
export default function PortalError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = errorDigest(error);
  const away = digest === databaseAwayDigest;
  return (
    <ErrorState
      title={away ? "The portal's database cannot be reached" : "This page could not be shown"}
      message={away ? "What you did before is saved, and agents are told to try again." : "Something went wrong on our side. What you did before is saved; trying again often helps."}
      requestId={away ? undefined : digest}
      action={
        <div className="grid justify-items-center gap-3">
          <Button variant="primary" icon="refresh" onClick={retry}>
            Try again
          </Button>
          <Comeback away={away} retry={retry} />
        </div>
      }
    />
  );
}
