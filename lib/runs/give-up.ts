import { z } from "zod";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { endRun } from "./end-run";

export const GiveUpRunInput = z.strictObject({ runId: z.uuid(), reason: z.string().max(500) });
export type GiveUpRunInput = z.infer<typeof GiveUpRunInput>;

/** Ends a run that cannot be carried on. Its reservation is released: what did not run costs nothing. */
export async function giveUpRun(ctx: Ctx, input: GiveUpRunInput): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const ended = await endRun(tx, ctx.organizationId, input.runId, { status: "lost", reason: input.reason, costMicros: 0 });
    return { value: null, ...(ended ?? { audit: noAudit("it had ended already") }) };
  });
}
