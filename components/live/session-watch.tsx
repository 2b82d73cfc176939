"use client";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { ButtonLink } from "../ui/button-link";
import { Callout } from "../ui/callout";
import { markUnattendedBy } from "./unattended";
import { sessionEndedBy } from "./source";
import { useLive } from "./use-live";

/**
 * Says on any page that its session has ended, or is of no use from here, and what to do. Signing in happens in another tab, so that nothing that was
 * typed here is lost; the page goes on when its person comes back to it.
 */
export function SessionWatch({ unattendedCookie }: { unattendedCookie: string }) {
  const path = usePathname();
  const state = useLive("notices", () => {});
  useEffect(() => markUnattendedBy(unattendedCookie), [unattendedCookie]);
  if (state === "outside") {
    return (
      <div role="alert" className="fixed inset-x-4 bottom-4 z-50 mx-auto max-w-md shadow-lg">
        <Callout
          tone="danger"
          title="You are outside of your organization's network"
          action={
            <ButtonLink href={`/outside?next=${encodeURIComponent(path)}`} target="_blank" prefetch={false} size="sm" icon="external">
              What this means
            </ButtonLink>
          }
        >
          What you typed stays here. Come back by its network or VPN, and go on.
        </Callout>
      </div>
    );
  }
  if (state !== "ended") return null;
  const lock = sessionEndedBy();
  return (
    <div role="alert" className="fixed inset-x-4 bottom-4 z-50 mx-auto max-w-md shadow-lg">
      {lock ? (
        <Callout tone="danger" title={lock}>
          Ask who runs your organization; whoever placed the lock can lift it. Then come back to this page and sign in.
        </Callout>
      ) : (
        <Callout
          tone="warn"
          title="Your session has ended"
          action={
            <ButtonLink href={`/sign-in?next=${encodeURIComponent(path)}`} target="_blank" prefetch={false} variant="primary" size="sm" icon="external">
              Sign in
            </ButtonLink>
          }
        >
          What you typed stays here. Sign in in a new tab, come back, and go on.
        </Callout>
      )}
    </div>
  );
}
