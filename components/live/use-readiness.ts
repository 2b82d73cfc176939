"use client";
import { useEffect, useEffectEvent, useState } from "react";

/** `ready`: the portal can work. `not_ready`: it answers, and says that it cannot. `silent`: it does not answer at all. */
export type Readiness = { state: "asking" | "ready" | "not_ready" | "silent"; database: string; jobs: string };

const asking: Readiness = { state: "asking", database: "", jobs: "" };
const answerMs = 8_000;

/**
 * Asks the portal every so often whether it can work, while somebody looks at the page. `onAnswer` hears each answer, so
 * that a page reads itself again only when there is somebody to answer.
 */
export function useReadiness(everyMs: number, onAnswer: (readiness: Readiness) => void): Readiness {
  const [readiness, setReadiness] = useState(asking);
  const answered = useEffectEvent((found: Readiness) => {
    setReadiness(found);
    onAnswer(found);
  });
  useEffect(() => {
    let over = false;
    let timer = 0;
    const round = async () => {
      window.clearTimeout(timer);
      if (document.visibilityState === "visible") {
        const found = await ask();
        if (over) return;
        answered(found);
      }
      timer = window.setTimeout(round, everyMs);
    };
    // Whoever comes back to the page should not look at old news until the next round.
    const onLook = () => void (document.visibilityState === "visible" && round());
    document.addEventListener("visibilitychange", onLook);
    timer = window.setTimeout(round, Math.min(everyMs, 1_000));
    return () => {
      over = true;
      window.clearTimeout(timer);
      document.removeEventListener("visibilitychange", onLook);
    };
  }, [everyMs]);
  return readiness;
}

async function ask(): Promise<Readiness> {
  try {
    const response = await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(answerMs) });
    const body: { parts?: { database?: string; jobs?: string } } = await response.json();
    return { state: response.ok ? "ready" : "not_ready", database: body.parts?.database ?? "", jobs: body.parts?.jobs ?? "" };
  } catch {
    return { state: "silent", database: "", jobs: "" };
  }
}
