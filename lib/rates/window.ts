import type { ratePeriods } from "@/db/schema/rate";

/** Oldest first: which slice of time, counted since 1970, and how much was used in it. */
export type Slices = [slice: number, used: number][];

const periodMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, month: 30 * 86_400_000 } as const;

/** A period is counted in so many slices. */
const parts = 60;

/**
 * A sliding window in slices of a sixtieth of its period. A call counts until its whole slice is older than the period, so that
 * no stretch of time as long as the period ever has more calls than the rate says; the price is that it counts for up to a
 * sixtieth longer.
 */
export class RateWindow {
  readonly #sliceMs: number;
  #slices: Slices;
  #now: number;

  constructor({ period }: { period: (typeof ratePeriods)[number] }, stored: Slices, nowMs: number) {
    this.#sliceMs = periodMs[period] / parts;
    // A clock that is behind the one which counted last must not bring calls back that are over, nor count in the past.
    this.#now = Math.max(Math.floor(nowMs / this.#sliceMs), stored.at(-1)?.[0] ?? 0);
    this.#slices = stored.filter(([slice]) => slice >= this.#now - parts);
  }

  /** What is to be stored. */
  get slices(): Slices {
    return this.#slices;
  }

  get used(): number {
    return this.#slices.reduce((sum, [, count]) => sum + count, 0);
  }

  /** Null: there is room for another call, or for one that takes `each`; otherwise when there is. What takes nothing needs room for one. */
  fullUntil(calls: number, each = 1): Date | null {
    let over = this.used - calls + Math.max(1, each);
    if (over <= 0) return null;
    for (const [slice, count] of this.#slices) {
      over -= count;
      if (over <= 0) return new Date((slice + parts + 1) * this.#sliceMs);
    }
    throw new Error("a rate is less than one call");
  }

  take(each = 1): void {
    if (each === 0) return;
    const newest = this.#slices.at(-1);
    if (newest?.[0] === this.#now) newest[1] += each;
    else this.#slices.push([this.#now, each]);
  }

  /**
   * Gives back what was taken at a time and not used. It goes off the oldest slices, so that what stays counts rather too
   * long than too short; of what counts no longer nothing is given back.
   */
  giveBack(amount: number, takenAtMs: number): void {
    if (Math.floor(takenAtMs / this.#sliceMs) <= this.#now - parts) return;
    let left = amount;
    for (const slice of this.#slices) {
      const part = Math.min(left, slice[1]);
      slice[1] -= part;
      left -= part;
    }
    this.#slices = this.#slices.filter(([, count]) => count > 0);
  }
}
