import { setTimeout as sleep } from "node:timers/promises";
import { sign } from "@/inngest/engine/keys";

/**
 * Asks the portal to tell the job engine which functions there are, until it has worked. Only who has the engine's signing
 * key may ask; without one the engine is Inngest's development server, to which the portal listens unsigned.
 */
export async function registerFunctions(portalUrl: string, signingKey: string | undefined, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = "no answer";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${portalUrl}/api/inngest`, { method: "PUT", body: "", headers: signingKey ? { "x-inngest-signature": sign("", signingKey) } : {}, signal: AbortSignal.timeout(10_000) });
      if (response.ok) return;
      last = `${response.status} ${(await response.text()).slice(0, 300)}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(300);
  }
  throw new Error(`The functions could not be registered with the job engine: ${last}`);
}
