import type { KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { OutputCallback } from "./contract/schemas";
import { deliver, type Delivery } from "./deliver";
import type { Outcome } from "./journal";
import { log } from "./log";
import type { OutputBuffer } from "./output";

const STREAM_EVERY_MS = 100;
// Programs often write a line in pieces: the first output waits so long for the rest of its line.
const LINGER_MS = 2;
// How long a run's end waits for the piece of output that is on its way, before it goes into the journal instead.
const LAST_CALL_MS = 250;
const ATTEMPTS = 4;

/** Carries one runner's messages to the portal. `stop` ends every attempt; what is in the journal is told later. */
export class Courier {
  private readonly stopping = new AbortController();

  constructor(private readonly privateKey: KeyObject) {}

  stop(): void {
    this.stopping.abort();
  }

  /**
   * Streams a run's output while it grows, in order. Calling `end` stops it at once and gives back what the portal
   * has not acknowledged, for the journal.
   */
  stream(callbackUrl: string, output: OutputBuffer): { end(): Promise<OutputCallback[]> } {
    const over = new AbortController();
    const cut = new AbortController();
    const isOver = new Promise<void>((resolve) => over.signal.addEventListener("abort", () => resolve()));
    const pauseOrEnd = AbortSignal.any([over.signal, cut.signal, this.stopping.signal]);
    const signal = AbortSignal.any([cut.signal, this.stopping.signal]);
    const loop = async (): Promise<OutputCallback | null> => {
      let sentAt = -Infinity;
      while (!pauseOrEnd.aborted) {
        await Promise.race([output.arrival(), isOver]);
        // The first output goes out at once, what follows is gathered for a while.
        const pauseMs = Math.max(LINGER_MS, sentAt + STREAM_EVERY_MS - performance.now());
        if (!output.isBehind) await sleep(pauseMs, undefined, { signal: pauseOrEnd }).catch(() => undefined);
        const body = over.signal.aborted ? null : output.next();
        if (body === null) continue;
        sentAt = performance.now();
        const delivery = await this.send(`${callbackUrl}/output`, "output", body, Infinity, signal);
        if (delivery === "postponed") return body;
      }
      return null;
    };
    const running = loop();
    return {
      end: async () => {
        over.abort();
        await Promise.race([running, sleep(LAST_CALL_MS)]);
        cut.abort();
        const left = [await running];
        for (let body = output.next(); body !== null; body = output.next()) left.push(body);
        return left.filter((body) => body !== null);
      },
    };
  }

  /** Tells the rest of a run's output and then its result. A refused piece of output does not hold up the result. */
  async tell(outcome: Outcome): Promise<Delivery> {
    for (const body of outcome.outputs) {
      const delivery = await this.send(`${outcome.callbackUrl}/output`, "output", body, ATTEMPTS, this.stopping.signal);
      if (delivery === "postponed") return delivery;
    }
    return this.send(`${outcome.callbackUrl}/result`, "result", outcome.result, ATTEMPTS, this.stopping.signal);
  }

  private async send(url: string, purpose: "output" | "result", body: { runId: string }, attempts: number, signal: AbortSignal): Promise<Delivery> {
    const onRetry = (attempt: number, why: string) => log.warn({ runId: body.runId, purpose, attempt, why }, "delivery_retry");
    const delivery = await deliver({ privateKey: this.privateKey, purpose, url, body, attempts, signal, onRetry });
    if (delivery === "rejected") log.error({ runId: body.runId, purpose }, "delivery_rejected");
    return delivery;
  }
}
