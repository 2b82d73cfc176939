import { env } from "@/lib/env";

/** Whether the job engine takes events. True where no address is set: the SDK finds Inngest's cloud by itself. */
export async function engineIsUp(timeoutMs: number): Promise<boolean> {
  const base = env().INNGEST_BASE_URL;
  if (!base) return true;
  const response = await fetch(new URL("/health", base), { signal: AbortSignal.timeout(timeoutMs), cache: "no-store" }).catch(() => null);
  return response?.ok ?? false;
}
