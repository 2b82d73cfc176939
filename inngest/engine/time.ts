const unitMs: Record<string, number> = {
  w: 7 * 24 * 3600_000,
  d: 24 * 3600_000,
  h: 3600_000,
  m: 60_000,
  s: 1000,
};

/**
 * When a span in the SDK's notation is over: a length (`1d2h30m10s`, or empty for none) counted from `now`,
 * or an ISO 8601 date. Throws on anything else.
 */
export function parseDue(text: string, now = new Date()): Date {
  if (/^(\d+[wdhms])*$/.test(text)) {
    const parts = [...text.matchAll(/(\d+)([wdhms])/g)];
    const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ""] ?? 0), 0);
    return new Date(now.getTime() + ms);
  }
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new Error(`"${text}" is neither a length of time nor a date`);
  return date;
}

/** When to try again by a `retry-after` header: seconds, or a date; undefined when there is none to be read. */
export function parseRetryAfter(header: string | undefined, now = new Date()): Date | undefined {
  if (!header) return undefined;
  const date = /^\d+$/.test(header) ? new Date(now.getTime() + Number(header) * 1000) : new Date(header);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** When to try again after the n-th failed attempt (n from 1): doubles each time up to five minutes, with up to a fifth of jitter. */
export function retryAt(attempt: number, baseMs: number): Date {
  const delayMs = Math.min(baseMs * 2 ** (attempt - 1), 300_000);
  return new Date(Date.now() + delayMs * (1 + Math.random() / 5));
}

/** When to ask an app again that did not answer: from half a second up to five. */
export function outageRetryAt(tries: number): Date {
  return new Date(Date.now() + Math.min(500 * 2 ** tries, 5000));
}
