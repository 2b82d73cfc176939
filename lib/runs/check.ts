import { z } from "zod";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import type { JobState } from "@/runner/contract/schemas";
import { endRun } from "./end-run";
import { jobState, killJob } from "./runner-client";
import { runState } from "./state";

export const CheckRunInput = z.strictObject({
  runId: z.uuid(),
  /** The last look, long after its time limit: whatever the runner says or does not say, the run is lost then. */
  last: z.boolean(),
});
export type CheckRunInput = z.infer<typeof CheckRunInput>;

/** What the runner said at the last look, for the person who reads why the run is lost. */
const lastWords: Record<JobState | "silent", string> = {
  silent: "The sandbox runner did not answer; what the run did is not known.",
  unknown: "The sandbox runner lost this run.",
  rejected: "The sandbox runner lost this run.",
  acknowledged: "The sandbox runner says that it told the result, but none arrived; what the run did is not known.",
  finished: "The sandbox runner could not tell the result in time; what the run did is not known.",
  queued: "The sandbox runner still says that it has not begun, long past its time; it was told to stop it.",
  running: "The sandbox runner still says that it is running, long past its time limit; it was told to stop it.",
};

/**
 * Asks the runner about a run whose result is overdue. A run that the runner does not know ends as `lost`, and at the last
 * look every run does, so that none stays open, with its money set aside, on the word of a runner. It is never started
 * again.
 */
export async function checkRun(ctx: Ctx, input: CheckRunInput): Promise<"over" | "under_way"> {
  const current = await runState(ctx, { runId: input.runId });
  if (current.finished) return "over";
  const state = await jobState(input.runId).catch(() => "silent" as const);
  if (state !== "unknown" && state !== "rejected" && !input.last) return "under_way";
  // Should it really still run, it is better ended; should this not arrive, the run is lost all the same.
  if (state === "running" || state === "queued") await killJob(input.runId, "It is long past its time limit.").catch(() => undefined);
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const ended = await endRun(tx, ctx.organizationId, input.runId, { status: "lost", reason: lastWords[state], costMicros: 0 });
    return { value: null, ...(ended ?? { audit: noAudit("it had ended already") }) };
  });
  return "over";
}
