"use client";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";
import { ButtonLink } from "../ui/button-link";
import { Callout } from "../ui/callout";
import { LiveDot } from "../ui/live-dot";
import type { LiveState } from "./source";
import { useLive } from "./use-live";

const gatherMs = 120;

const dots: Record<LiveState, { state: "live" | "waiting" | "off"; label: string }> = {
  connecting: { state: "off", label: "Connecting" },
  live: { state: "live", label: "Live" },
  waiting: { state: "waiting", label: "Reconnecting" },
  ended: { state: "off", label: "Signed out" },
};

/**
 * Keeps a server-rendered page up to date: reads it again when something under the topic changed. `quiet`: no dot, only
 * what must be said when the session ended.
 */
export function LiveRefresh({ topic, quiet }: { topic: string; quiet?: boolean }) {
  const router = useRouter();
  const path = usePathname();
  const [refreshing, start] = useTransition();
  const timer = useRef<number | undefined>(undefined);
  const again = useRef(false);

  function refresh() {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => start(() => router.refresh()), gatherMs);
  }

  const state = useLive(topic, () => {
    // A change during a reading may or may not be in it: read once more after.
    if (refreshing) again.current = true;
    else refresh();
  });

  useEffect(() => {
    if (refreshing || !again.current) return;
    again.current = false;
    refresh();
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const dot = dots[state];
  return (
    <>
      {quiet ? null : <LiveDot state={dot.state} label={dot.label} />}
      {state === "ended" ? (
        <div role="alert" className="fixed inset-x-4 bottom-4 z-50 mx-auto max-w-md shadow-lg">
          <Callout
            tone="warn"
            title="Your session has ended"
            action={
              <ButtonLink href={`/sign-in?next=${encodeURIComponent(path)}`} variant="primary" size="sm">
                Sign in
              </ButtonLink>
            }
          >
            What you see is no longer kept up to date.
          </Callout>
        </div>
      ) : null}
    </>
  );
}
