"use client";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { useCloseDialog } from "@/components/ui/modal";
import type { Confirmed } from "@/lib/mfa/confirm-factor";
import { RecoveryCodes } from "./recovery-codes";

/** What was added, and with the first one the codes for the day on which it is lost. */
export function FactorAdded({ recoveryCodes }: Confirmed) {
  const close = useCloseDialog();
  return (
    <div className="grid gap-4">
      <Callout tone="ok" title="Added">It is asked for from your next sign-in on.</Callout>
      {recoveryCodes ? (
        <RecoveryCodes codes={recoveryCodes} />
      ) : (
        <Button variant="primary" autoFocus onClick={() => close?.()}>
          Done
        </Button>
      )}
    </div>
  );
}
