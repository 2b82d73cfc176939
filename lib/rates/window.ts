import type { Rate } from "@/lib/policies/rate";

/** Oldest first: which slice of time, counted since 1970, and how many calls began in it. */
export type Slices = [slice: number, calls: number][];

const periodMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

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

  constructor({ period }: Pick<Rate, "period">, stored: Slices, nowMs: number) {
    this.#sliceMs = periodMs[period] / parts;
    // A clock that is behind the one which counted last must not bring calls back that are over, nor count in the past.
    this.#now = Math.max(Math.floor(nowMs / this.#sliceMs), stored.at(-1)?.[0] ?? 0);
    this.#slices = stored.filter(([slice]) => slice >= this.#now - parts);
  }

  /** What is to be stored. */
  get slices(): Slices {
    return this.#slices;
  }

  /** Null: there is room for another call; otherwise when there is. */
  fullUntil(calls: number): Date | null {
    let over = this.#slices.reduce((sum, [, count]) => sum + count, 0) - calls + 1;
    if (over <= 0) return null;
    for (const [slice, count] of this.#slices) {
      over -= count;
      if (over <= 0) return new Date((slice + parts + 1) * this.#sliceMs);
    }
    throw new Error("a rate is less than one call");
  }

  take(): void {
    const newest = this.#slices.at(-1);
    if (newest?.[0] === this.#now) newest[1] += 1;
    else this.#slices.push([this.#now, 1]);
  }
}
