import { z } from "zod";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { read, transact } from "@/lib/transact";
import { endRun } from "./end-run";
import { killJob } from "./runner-client";

export const KillRunInput = z.strictObject({ runId: z.uuid() });
export type KillRunInput = z.infer<typeof KillRunInput>;

/**
 * Tells the runner to end the sandbox. A run that the runner never had ends here; otherwise its result tells.
 * @throws RunnerRefused when the runner cannot be reached, so that the job engine asks again.
 */
export async function killRun(ctx: Ctx, input: KillRunInput): Promise<void> {
  await read(ctx, async (tx) => authorizeSystem(tx, ctx, "runs", "stop"));
  const state = await killJob(input.runId);
  if (state !== "unknown") return;
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const ended = await endRun(tx, ctx.organizationId, input.runId, { status: "cancelled", reason: "Stopped before the runner had it.", costMicros: 0 });
    return { value: null, ...(ended ?? { audit: noAudit("it had ended already") }) };
  });
}
