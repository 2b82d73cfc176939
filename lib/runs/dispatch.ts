import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import { authorizeSystem } from "@/lib/ability/authorize";
import { actionDigest } from "@/lib/actions/digest";
import { inputFiles, isSandboxTool, parseSandboxArguments, sandboxTools } from "@/lib/actions/sandbox-arguments";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { env } from "@/lib/env";
import { faultPoint } from "@/lib/fault-point";
import { publish } from "@/lib/live/publish";
import { read, transact } from "@/lib/transact";
import type { JobDispatch } from "@/runner/contract/schemas";
import { endRun } from "./end-run";
import { sandboxLimits, sandboxNetwork } from "./limits";
import { noteDispatch } from "./note-dispatch";
import { dispatchJob, RunnerRefused } from "./runner-client";

export const DispatchRunInput = z.strictObject({ runId: z.uuid() });
export type DispatchRunInput = z.infer<typeof DispatchRunInput>;

/** How long the runner may keep the job before it starts. */
const startWithinMs = 10 * 60 * 1000;

/** `dispatched`: the runner has it. `waiting`: nobody takes it now, ask again later. `over`: it ended meanwhile. */
export type Dispatched = "dispatched" | "waiting" | "over";

/** Hands a claimed run to the runner. Safe to repeat: the runner takes a run once. */
export async function dispatchRun(ctx: Ctx, input: DispatchRunInput): Promise<Dispatched> {
  const job = await loadJob(ctx, input.runId);
  if (!job) return "over";
  if (job === "dispatched") return "dispatched";
  if (job === "altered") return refuse(ctx, input.runId, "The stored action is not the one that was decided on.");
  try {
    await faultPoint("dispatch.sending");
    await dispatchJob(job);
    await faultPoint("dispatch.taken");
  } catch (error) {
    if (!(error instanceof RunnerRefused)) throw error;
    return error.final ? refuse(ctx, input.runId, `The runner refused the job: ${error.message}`) : wait(ctx, input.runId, error.message);
  }
  return transact<Dispatched>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const noted = await noteDispatch(tx, input.runId);
    publish(tx, ctx.organizationId, `run:${input.runId}`);
    return { value: "dispatched", audit: noted.length > 0 ? noted : noAudit("noted before: an answer was lost, or the runner was quicker") };
  });
}

async function loadJob(ctx: Ctx, runId: string): Promise<JobDispatch | "altered" | "dispatched" | null> {
  const [row] = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    return tx
      .select({ run, action, approvedDigest: approval.digest })
      .from(run)
      .innerJoin(action, eq(action.id, run.actionId))
      .leftJoin(approval, eq(approval.actionId, action.id))
      .where(and(eq(run.id, runId), isNull(run.finishedAt), eq(action.status, "running")));
  });
  if (!row?.run.jobNonce) return null;
  // The runner has it, so it need not be asked again, nor be there.
  if (row.run.dispatchedAt) return "dispatched";
  const { action: stored, approvedDigest } = row;
  // What is executed is made of the very text that is hashed here, and nothing else of it is read later.
  const digest = actionDigest(stored);
  if (!digest.equals(stored.digest) || (approvedDigest && !digest.equals(approvedDigest)) || !isSandboxTool(stored.tool)) return "altered";
  const args = parseSandboxArguments(JSON.parse(stored.arguments));
  const now = Date.now();
  return {
    runId,
    organizationId: ctx.organizationId,
    jobNonce: row.run.jobNonce,
    language: sandboxTools[stored.tool],
    code: args.code,
    args: args.args,
    ...(args.stdin ? { stdin: args.stdin } : {}),
    files: inputFiles(args).map(({ name, sha256, content }) => ({ name, sha256, contentBase64: content.toString("base64") })),
    limits: { wallTimeMs: row.run.wallTimeLimitMs, ...sandboxLimits },
    network: sandboxNetwork,
    callbackUrl: new URL("/api/runner", env().APP_URL).href,
    issuedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + startWithinMs).toISOString(),
  };
}

/** The run waits, and its page says for what. Noted once per reason, so that waiting does not fill the audit. */
function wait(ctx: Ctx, runId: string, reason: string): Promise<Dispatched> {
  return transact<Dispatched>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const [changed] = await tx
      .update(run)
      .set({ status: "waiting_for_runner", reason })
      .where(and(eq(run.id, runId), isNull(run.finishedAt), sql`(${run.status}, ${run.reason}) is distinct from ('waiting_for_runner', ${reason})`))
      .returning({ workspaceId: run.workspaceId });
    if (!changed) return { value: "waiting", audit: noAudit("it waits for the same reason as before") };
    publish(tx, ctx.organizationId, `run:${runId}`);
    return {
      value: "waiting",
      audit: { action: "runs.waiting", resource: { type: "run", id: runId, name: "run", workspaceId: changed.workspaceId }, details: { reason } },
    };
  });
}

function refuse(ctx: Ctx, runId: string, reason: string): Promise<Dispatched> {
  return transact<Dispatched>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const ended = await endRun(tx, ctx.organizationId, runId, { status: "refused", reason, costMicros: 0 });
    return { value: "over", ...(ended ?? { audit: noAudit("it had ended already") }) };
  });
}
