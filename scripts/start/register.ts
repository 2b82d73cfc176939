import { setTimeout as sleep } from "node:timers/promises";

/** Asks the portal to tell the job engine which functions there are, until it has worked. */
export async function registerFunctions(portalUrl: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = "no answer";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${portalUrl}/api/inngest`, { method: "PUT", signal: AbortSignal.timeout(10_000) });
      if (response.ok) return;
      last = `${response.status} ${(await response.text()).slice(0, 300)}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(300);
  }
  throw new Error(`The functions could not be registered with the job engine: ${last}`);
}
