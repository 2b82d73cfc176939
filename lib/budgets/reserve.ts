import type { OpenWindow } from "./window";
import { leftMicros, usedMicros } from "./window";

/** A threshold, in percent of the cap (raises included), that was reached, with what was used when it was. */
export type Crossing = { budgetId: string; scopeType: OpenWindow["scopeType"]; windowId: string; threshold: number; usedMicros: number; capMicros: number };

/**
 * Where a window stops counting, far below what its columns hold: amounts that are the agents' own word must not make a
 * sum overflow, since that would fail everybody whom the budget covers.
 */
export const mostCountedMicros = 4_000_000_000_000_000_000;

export type Reserved = { ok: true; windows: OpenWindow[]; crossings: Crossing[] } | { ok: false; window: OpenWindow; leftMicros: number };

/**
 * Sets `amountMicros` aside in every window, or in none: a hard cap that would be passed refuses. The windows are locked
 * copies of their rows and are changed in place, so that a batch is decided in order against what went before.
 */
export function reserve(windows: readonly OpenWindow[], amountMicros: number): Reserved {
  const full = windows.find((window) => (window.hard && amountMicros > leftMicros(window)) || window.reservedMicros + amountMicros > mostCountedMicros);
  if (full) return { ok: false, window: full, leftMicros: Math.max(0, leftMicros(full)) };
  const crossings = windows.flatMap((window) => crossed(window, amountMicros));
  for (const window of windows) window.reservedMicros += amountMicros;
  return { ok: true, windows: [...windows], crossings };
}

/** What a window counts, and against what. */
export type CountedWindow = Omit<OpenWindow, "scopeId" | "period" | "startsAt" | "endsAt">;

/** Thresholds that are reached by adding the amount to what is spent and reserved. */
export function crossed(window: CountedWindow, amountMicros: number): Crossing[] {
  const cap = window.capMicros + window.raisedMicros;
  const before = usedMicros(window);
  const reaches = (used: number, threshold: number) => cap > 0 && BigInt(used) * 100n >= BigInt(cap) * BigInt(threshold);
  return window.thresholds
    .filter((threshold) => !reaches(before, threshold) && reaches(before + amountMicros, threshold))
    .map((threshold) => ({
      budgetId: window.budgetId,
      scopeType: window.scopeType,
      windowId: window.windowId,
      threshold,
      usedMicros: before + amountMicros,
      capMicros: cap,
    }));
}
