import { median, percentile } from "./statistics";

/** What a stretch of work took. */
export type Flight = { perSecond: number; p50Ms: number; p99Ms: number };

/**
 * Keeps `inFlight` calls under way for `forMs` and waits for the last of them. Each call gets the number of its lane, from 0.
 * @throws the first failure of a call: a benchmark of refusals measures nothing.
 */
export async function keepInFlight(inFlight: number, forMs: number, call: (lane: number) => Promise<unknown>): Promise<Flight> {
  const tookMs: number[] = [];
  const began = performance.now();
  const lane = async (number: number): Promise<void> => {
    for (let at = performance.now(); at - began < forMs; ) {
      await call(number);
      const now = performance.now();
      tookMs.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, number) => lane(number)));
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: tookMs.length / seconds, p50Ms: median(tookMs), p99Ms: percentile(tookMs, 99) };
}
