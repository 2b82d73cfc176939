/** By how much two clocks may differ before the other side refuses what is signed: at the runner (runner/contract/signing.ts) … */
export const runnerGapMs = 30_000;
/** … and at the job engine, whose SDK takes a signature for five minutes. */
export const engineGapMs = 300_000;

/**
 * How far the clock of whoever answered is from this server's, by the answer's `Date` (RFC 9110, 6.6.1; whole seconds), in
 * milliseconds; 0 where it says none.
 */
export function clockGapMs(response: Response, now: number = Date.now()): number {
  const told = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(told) ? 0 : Math.abs(now - told);
}

/** In words for a person: 45 seconds, 60 minutes. */
export function gapInWords(gapMs: number): string {
  const seconds = Math.round(gapMs / 1_000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
