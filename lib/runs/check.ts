import { z } from "zod";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { endRun } from "./end-run";
import { jobState } from "./runner-client";
import { runState } from "./state";

export const CheckRunInput = z.strictObject({
  runId: z.uuid(),
  /** The last look: a run that nobody answers for is lost then. */
  last: z.boolean(),
});
export type CheckRunInput = z.infer<typeof CheckRunInput>;

/**
 * Asks the runner about a run whose result is overdue. A run that the runner does not know, or that nobody answers for
 * at the last look, ends as `lost`; it is never started again.
 */
export async function checkRun(ctx: Ctx, input: CheckRunInput): Promise<"over" | "under_way"> {
  const current = await runState(ctx, { runId: input.runId });
  if (current.finished) return "over";
  const state = await jobState(input.runId).catch(() => null);
  const gone = state === "unknown" || state === "rejected" || (input.last && (state === null || state === "acknowledged"));
  if (!gone) return "under_way";
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const reason = state === null ? "The sandbox runner did not answer; what the run did is not known." : "The sandbox runner lost this run.";
    const ended = await endRun(tx, ctx.organizationId, input.runId, { status: "lost", reason, costMicros: 0 });
    return { value: null, ...(ended ?? { audit: noAudit("it had ended already") }) };
  });
  return "over";
}
