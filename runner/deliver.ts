import type { KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { signEnvelope, type Purpose } from "./contract/signing";

const REQUEST_TIMEOUT_MS = 15_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** `postponed`: not answered within its attempts, or told to stop; it may be tried again later. */
export type Delivery = "acknowledged" | "rejected" | "postponed";

export interface DeliverOptions {
  privateKey: KeyObject;
  purpose: Purpose;
  url: string;
  body: unknown;
  attempts: number;
  signal: AbortSignal;
  onRetry?: (attempt: number, why: string) => void;
}

/**
 * Tells the portal one thing until it answers. 2xx and 409 (it has it already) are done; any other 4xx but 408 and
 * 429 is a refusal for good; all else is tried again, signed anew, with pauses that double up to five seconds.
 */
export async function deliver(options: DeliverOptions): Promise<Delivery> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let attempt = 1; attempt <= options.attempts; attempt++) {
    if (options.signal.aborted) return "postponed";
    const answer = await post(options);
    if (typeof answer === "number") {
      if ((answer >= 200 && answer < 300) || answer === 409) return "acknowledged";
      if (answer >= 400 && answer < 500 && answer !== 408 && answer !== 429) return "rejected";
    }
    if (options.signal.aborted) return "postponed";
    options.onRetry?.(attempt, typeof answer === "number" ? `status ${answer}` : answer);
    // Up to a quarter off, so that many runs do not knock at the same instant.
    await sleep(pauseMs * (0.75 + Math.random() / 4), undefined, { signal: options.signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  return "postponed";
}

async function post({ privateKey, purpose, url, body, signal }: DeliverOptions): Promise<number | string> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(signEnvelope(privateKey, purpose, body)),
      // A signed message is for the address that the portal named, and for no other.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
