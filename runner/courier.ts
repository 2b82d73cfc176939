import type { KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { OutputCallback } from "./contract/schemas";
import { deliver, type Delivery } from "./deliver";
import type { Outcome } from "./journal";
import { log } from "./log";
import type { OutputBuffer } from "./output";

const STREAM_EVERY_MS = 100;
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
    let ended = false;
    const cut = new AbortController();
    const signal = AbortSignal.any([cut.signal, this.stopping.signal]);
    const loop = async (): Promise<OutputCallback | null> => {
      while (!ended && !signal.aborted) {
        if (!output.isBehind) await sleep(STREAM_EVERY_MS, undefined, { signal }).catch(() => undefined);
        const body = ended ? null : output.next();
        if (body === null) continue;
        const delivery = await this.send(`${callbackUrl}/output`, "output", body, Infinity, signal);
        if (delivery === "postponed") return body;
      }
      return null;
    };
    const running = loop();
    return {
      end: async () => {
        ended = true;
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
