import { z } from "zod";
import { env } from "@/lib/env";

const Queue = z.object({ due: z.number(), running: z.number(), oldestSeconds: z.number() });
/** What waits in the embedded engine: jobs that are due, those under way, and for how long the oldest has been due. */
export type EngineQueue = z.infer<typeof Queue>;

/** Whether the job engine takes events. True where no address is set: the SDK finds Inngest's cloud by itself. */
export async function engineIsUp(timeoutMs: number): Promise<boolean> {
  const response = await ask("/health", timeoutMs);
  return response === "elsewhere" || (response?.ok ?? false);
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
