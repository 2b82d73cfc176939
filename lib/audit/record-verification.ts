import { auditEvent } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { read, transact } from "@/lib/transact";
import { type Json, noAudit } from "./actions";
import { parseBody } from "./file/body";
import { latest, searchedEvents } from "./filter";
import type { StreamProblem } from "./stream-check";

/** `head`: how many events there were, where not all of them were looked at. */
export type Verification = { verifiedTo: number; events: number; checkpoints: number; head?: number; problem: StreamProblem | null };

/** Keeps the result of a verification as an event. The clock's findings are told once, not every minute. */
export async function recordVerification(ctx: Ctx, { verifiedTo, events, checkpoints, head = verifiedTo, problem }: Verification): Promise<void> {
  await transact(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", { workspaceId: null });
    const before = ctx.actor.kind === "system" ? await lastOf(tx) : null;
    if (before?.problem && before.problem.seq === problem?.seq && before.problem.kind === problem.kind) {
      return { value: null, audit: noAudit("the same finding is the latest one already") };
    }
    const details: Record<string, Json> = { verifiedTo, events, checkpoints, ...(head > verifiedTo ? { head } : {}), ...(problem ? { problem: { ...problem } } : {}) };
    return {
      value: null,
      audit: {
        action: problem ? "audit.verification_failed" : "audit.verified",
        resource: { type: "audit", id: ctx.organizationId, name: "Audit stream" },
        details,
        outcome: problem ? "failure" : "success",
      },
    };
  });
}

export type RecordedVerification = Verification & { seq: number; at: Date; by: string };

/** The latest verification of the whole stream, by whomever; null when there was none. */
export function lastVerification(ctx: Ctx): Promise<RecordedVerification | null> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", { workspaceId: null });
    return lastOf(tx);
  });
}

async function lastOf(tx: Tx): Promise<RecordedVerification | null> {
  const [row] = await tx
    .select({ seq: auditEvent.seq, at: auditEvent.occurredAt, by: auditEvent.actorName, body: auditEvent.body })
    .from(searchedEvents({ action: ["audit.verified", "audit.verification_failed"] }, null, latest(1)));
  const details = row && parseBody(row.body)?.details;
  if (!row || !details) return null;
  const problem = (details.problem ?? null) as StreamProblem | null;
  return { seq: row.seq, at: row.at, by: row.by, verifiedTo: Number(details.verifiedTo), events: Number(details.events), checkpoints: Number(details.checkpoints), ...(details.head ? { head: Number(details.head) } : {}), problem };
}
