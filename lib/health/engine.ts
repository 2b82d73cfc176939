import { z } from "zod";
import { clockGapMs, engineGapMs } from "@/lib/clock-gap";
import { env } from "@/lib/env";

const Queue = z.object({ due: z.number(), running: z.number(), oldestSeconds: z.number() });
/** What waits in the embedded engine: jobs that are due, those under way, and for how long the oldest has been due. */
export type EngineQueue = z.infer<typeof Queue>;

/** `gapMs`: so far are its clock and this server's apart that neither believes what the other signs; null where they are not. */
export type EngineState = { up: boolean; gapMs: number | null };

/** Whether the job engine takes events. It does where no address is set: the SDK finds Inngest's cloud by itself. */
export async function engineState(timeoutMs: number): Promise<EngineState> {
  const response = await ask("/health", timeoutMs);
  if (response === "elsewhere") return { up: true, gapMs: null };
  if (!response?.ok) return { up: false, gapMs: null };
  const gapMs = clockGapMs(response);
  return { up: true, gapMs: gapMs > engineGapMs ? gapMs : null };
}

/** The queue of the embedded engine; null when it does not answer, or is an Inngest, which has a page of its own. */
export async function engineQueue(timeoutMs: number): Promise<EngineQueue | null> {
  const response = await ask("/healthz", timeoutMs);
  if (response === "elsewhere" || !response?.ok) return null;
  const body = z.object({ queue: Queue }).safeParse(await response.json().catch(() => null));
  return body.success ? body.data.queue : null;
}

async function ask(path: string, timeoutMs: number): Promise<Response | "elsewhere" | null> {
  const base = env().INNGEST_BASE_URL;
  if (!base) return "elsewhere";
  return fetch(new URL(path, base), { signal: AbortSignal.timeout(timeoutMs), cache: "no-store" }).catch(() => null);
}
