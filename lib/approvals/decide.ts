import { and, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { authorizeAnywhere, authorizeAny } from "@/lib/ability/authorize";
import { afterCommit } from "@/lib/after-commit";
import type { AuditEntry } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import type { JobEvent } from "@/lib/jobs/events";
import { publish } from "@/lib/live/publish";
import { metrics } from "@/lib/metrics/metrics";
import { proofDetails, requireFreshProof, type SpentProof } from "@/lib/mfa/fresh-proof";
import { notify } from "@/lib/notices/notify";
import { createSpawned } from "@/lib/spawn/create";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { allowAction } from "./allow-action";
import { endWaitingAction, lockAction } from "./end-action";
import { raiseBudget } from "./raise-budget";
import { approvalName, selectApproval, type ApprovalRow } from "./row";
import { whereNotOwn } from "./where-decidable";
import { approvalObstacle, decisionObstacle, type Obstacle } from "./rules";

/** What was approved in the last minutes of a request must still be usable. */
const usableForMs = 60 * 60 * 1000;

export const DecideApprovalInput = z
  .strictObject({
    id: z.uuid(),
    decision: z.enum(["approved", "rejected"]),
    reason: cleanText({ min: 0, max: 1000, lines: true }).default(""),
    /** SHA-256, hexadecimal, of what the person saw. */
    digest: z.string().regex(/^[0-9a-f]{64}$/, "must be the digest that was shown: 64 hexadecimal digits"),
  })
  .refine((input) => input.decision === "approved" || input.reason !== "", { path: ["reason"], message: "say why, so that the requester can do better" });
export type DecideApprovalInput = z.infer<typeof DecideApprovalInput>;

export type Decided = { id: string; status: "approved" | "rejected"; kind: ApprovalRow["kind"]; actionId: string | null };

/**
 * Decides a request once, for exactly what the person saw. Whoever comes second, or looks at something that has changed,
 * gets a conflict that says so.
 * @throws AppError `forbidden` for one's own request, `conflict`, `locked`, `not_found`.
 */
export async function decideApproval(ctx: PersonCtx, input: DecideApprovalInput): Promise<Decided> {
  return transact(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const seen = await selectApproval(tx, input.id);
    if (!seen) throw notFound("request");
    authorizeDecision(tx, ctx, seen);
    const proof = seen.risk === "CRITICAL" ? await requireFreshProof(tx, ctx, "approvals.decide", `${input.id} ${input.decision} ${input.digest}`) : null;
    await lockAction(tx, seen.actionId);
    const row = await claim(tx, ctx, input, seen);
    const effect = await carryOut(tx, ctx.organizationId, row, input);
    if (row.kind === "budget") await tellRequester(tx, ctx, row, input);
    publish(tx, ctx.organizationId, "approvals");
    const waited = Math.max(0, Date.now() - seen.createdAt.getTime()) / 1000;
    afterCommit(tx, () => metrics().approvalSeconds.observe({ decision: input.decision }, waited));
    const { id, kind, actionId } = row;
    return {
      value: { id, status: input.decision, kind, actionId },
      audit: [decidedEntry(ctx, row, input, proof), ...effect.audit],
      send: [{ name: "approval/decided", data: { organizationId: ctx.organizationId, approvalId: id } }, ...effect.send],
    };
  }, { turn: "shared" });
}

function authorizeDecision(tx: Tx, ctx: PersonCtx, row: ApprovalRow): void {
  const target = { workspaceId: row.workspaceId, agentId: row.agentId };
  if (row.kind === "budget") authorizeAny(tx, ctx, target, ["approvals", "decide"], ["budgets", "override"]);
  else authorizeAny(tx, ctx, target, ["approvals", "decide"]);
  const obstacle = decisionObstacle(ctx, row, new Date());
  if (obstacle?.code === "own") {
    throw new AppError("forbidden", obstacle.message, { hint: obstacle.hint, extensions: { permission: "approvals.decide on own request" } });
  }
}

/** The decision itself: one conditional update, which gives a row to one caller only. */
async function claim(tx: Tx, ctx: PersonCtx, input: DecideApprovalInput, seen: ApprovalRow): Promise<ApprovalRow> {
  const now = new Date();
  const digest = Buffer.from(input.digest, "hex");
  const blocked = decisionObstacle(ctx, seen, now) ?? (input.decision === "approved" ? approvalObstacle(seen, now) : null);
  if (blocked) throw refusal(blocked);
  const [decided] = await tx
    .update(approval)
    .set({
      status: input.decision,
      decidedAt: sql`now()`,
      decidedBy: ctx.actor.id,
      decisionReason: input.reason,
      expiresAt: sql`greatest(${approval.expiresAt}, now() + ${`${usableForMs} milliseconds`}::interval)`,
    })
    .where(
      and(
        eq(approval.id, input.id),
        eq(approval.status, "pending"),
        gt(approval.expiresAt, sql`now()`),
        eq(approval.digest, digest),
        whereNotOwn(ctx),
      ),
    )
    .returning({ expiresAt: approval.expiresAt });
  if (decided) return { ...seen, status: input.decision, expiresAt: decided.expiresAt };
  const current = await selectApproval(tx, input.id);
  const since = current && decisionObstacle(ctx, current, new Date());
  if (since) throw refusal(since);
  throw conflict("This request is not the one that you were shown.", "Load it again and read it before you decide.");
}

function refusal({ code, message, hint }: Obstacle): AppError {
  return code === "locked" ? new AppError("locked", message, { hint }) : conflict(message, hint);
}

async function carryOut(tx: Tx, organizationId: string, row: ApprovalRow, input: DecideApprovalInput): Promise<{ audit: AuditEntry[]; send: JobEvent[] }> {
  const approved = input.decision === "approved";
  if (row.kind === "budget" && approved && row.budgetRequest) return { audit: [await raiseBudget(tx, row.budgetRequest)], send: [] };
  if (row.kind === "spawn" && approved) return { audit: await createSpawned(tx, row), send: [] };
  if (row.kind !== "action" || !row.actionId) return { audit: [], send: [] };
  if (approved) {
    await allowAction(tx, organizationId, row.actionId, row.digest, row.expiresAt);
    return { audit: [], send: [] };
  }
  return { audit: [], send: await endWaitingAction(tx, organizationId, row.actionId, { status: "rejected", runReason: "A person rejected it." }) };
}

async function tellRequester(tx: Tx, ctx: PersonCtx, row: ApprovalRow, input: DecideApprovalInput): Promise<void> {
  if (!row.requesterPersonId) return;
  await notify(tx, ctx.organizationId, {
    personIds: [row.requesterPersonId],
    dedupeKey: `approval-decided:${row.id}`,
    title: input.decision === "approved" ? "The budget was raised for this window" : "The request for more money was rejected",
    body: `${ctx.actor.name}: ${input.reason || "no reason given"}`,
    href: `/approvals/${row.id}`,
  });
}

function decidedEntry(ctx: PersonCtx, row: ApprovalRow, input: DecideApprovalInput, proof: SpentProof | null): AuditEntry {
  return {
    action: "approvals.decided",
    resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
    details: {
      decision: input.decision,
      kind: row.kind,
      reason: input.reason,
      digest: input.digest,
      policyVersion: row.policyVersion,
      risk: row.risk,
      amountMicros: row.amountMicros,
      actionId: row.actionId,
      agentId: row.agentId,
      requesterPersonId: row.requesterPersonId,
      requesterAgentId: row.requesterAgentId,
      keyMakerId: row.keyMakerId,
      proof: proofDetails(proof),
      ...(row.budgetRequest ? { budgetRequest: { ...row.budgetRequest } } : {}),
    },
    approval: { id: row.id, required: true, by: ctx.actor.id, policyVersion: row.policyVersion },
  };
}
