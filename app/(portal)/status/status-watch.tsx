"use client";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { useReadiness } from "@/components/live/use-readiness";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { LiveDot } from "@/components/ui/live-dot";

const everyMs = 5_000;
/** A page that reads itself again keeps its session alive, so it stops where nobody is. */
const leftAfterMs = 10 * 60_000;

interface StatusWatchProps {
  at: string;
  /** What is said of all parts together: nothing that is true while nobody answers. */
  overall: ReactNode;
  children: ReactNode;
}

/** Reads the page again every few seconds, as long as somebody is there and the portal can answer; otherwise it says so. */
export function StatusWatch({ at, overall, children }: StatusWatchProps) {
  const router = useRouter();
  const [reading, start] = useTransition();
  const touched = useRef(0);
  const [left, setLeft] = useState(false);
  const { state, database } = useReadiness(everyMs, (found) => {
    const nobody = Date.now() - touched.current > leftAfterMs;
    setLeft(nobody);
    // A page is only asked of who can answer: a browser that gets none would throw away what is shown.
    if (found.state === "ready" && !nobody && !reading) start(() => router.refresh());
  });
  useEffect(() => {
    const touch = () => void (touched.current = Date.now());
    touch();
    const kinds = ["pointerdown", "pointermove", "keydown", "scroll"] as const;
    for (const kind of kinds) window.addEventListener(kind, touch, { passive: true });
    return () => kinds.forEach((kind) => window.removeEventListener(kind, touch));
  }, []);
  function resume() {
    touched.current = Date.now();
    setLeft(false);
    start(() => router.refresh());
  }
  const away = state === "silent" || state === "not_ready";
  return (
    <>
      <div className="mb-3 flex min-h-8 flex-wrap items-center gap-3">
        <LiveDot state={away ? "waiting" : left ? "off" : "live"} label={away ? "Waiting" : left ? "Paused: nobody was here for ten minutes" : "Live"} />
        <span className="text-sm text-muted">As of {at} UTC</span>
        {left && !away ? (
          <Button size="sm" icon="refresh" onClick={resume}>
            Go on
          </Button>
        ) : null}
      </div>
      {away ? (
        <div role="alert" className="mb-4">
          <Callout tone="danger" title={state === "silent" ? "The portal does not answer" : database === "ok" ? "This server is ending" : "The portal's database does not answer"}>
            What is below is old: how things stood at {at} UTC. It is read again as soon as there is an answer.
          </Callout>
        </div>
      ) : (
        overall
      )}
      <div className={away ? "grayscale" : undefined}>{children}</div>
    </>
  );
}
