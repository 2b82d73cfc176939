"use client";
import { useRef } from "react";
import { LiveDot } from "../ui/live-dot";
import { type Readiness, useReadiness } from "./use-readiness";

const everyMs = 2_000;

/**
 * Beside a page that failed: says what is away, and tries again by itself once it is back. `away`: it is known already
 * that it failed for that; otherwise only a portal that was seen unable to work is worth trying again.
 */
export function Comeback({ away, retry }: { away: boolean; retry: () => void }) {
  const waits = useRef(away);
  const readiness = useReadiness(everyMs, ({ state }) => {
    if (state !== "ready") waits.current = true;
    else if (waits.current) {
      waits.current = away;
      retry();
    }
  });
  const word = wordOf(readiness, away);
  return (
    <p role="status" className="min-h-5">
      {word ? <LiveDot state="waiting" label={`${word}. This page comes back by itself.`} /> : null}
    </p>
  );
}

function wordOf({ state, database }: Readiness, away: boolean): string | null {
  if (state === "silent") return "The portal does not answer";
  if (state === "not_ready") return database === "ok" ? "This server is ending" : "The portal waits for its database";
  return away ? "The portal was away from its database" : null;
}
