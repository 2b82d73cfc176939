"use client";
import { useState, useSyncExternalStore } from "react";

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tickedMs = 0;

/** The time in milliseconds, renewed every 15 seconds in the browser: one timer for the whole page. */
export function useNow(): number {
  const [mountedMs] = useState(() => Date.now());
  const latestMs = useSyncExternalStore(
    subscribe,
    () => tickedMs,
    () => 0,
  );
  return Math.max(mountedMs, latestMs);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tickedMs = Date.now();
    for (const notify of listeners) notify();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
