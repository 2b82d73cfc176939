import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { approvalDecision } from "@/db/schema/approval-decision";
import type { Tx } from "@/db/tenant";
import { authorizeAnywhere, authorizeAny } from "@/lib/ability/authorize";
import { afterCommit } from "@/lib/after-commit";
import type { AuditEntry, Json } from "@/lib/audit/actions";
import type { ChatOrigin } from "@/lib/ctx/chat-origin";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import type { JobEvent } from "@/lib/jobs/events";
import { issueLease } from "@/lib/leases/issue";
import { publish } from "@/lib/live/publish";
import { metrics } from "@/lib/metrics/metrics";
import { proofDetails, requireFreshProof, type SpentProof } from "@/lib/mfa/fresh-proof";
import { createSpawned } from "@/lib/spawn/create";
import { exampleOf, holdsPattern } from "@/lib/approval-policies/reason-pattern";
import { microsInput } from "@/lib/budgets/micros-input";
import { newId } from "@/lib/id";
import { cleanText, microsSchema } from "@/lib/text";
import { transact } from "@/lib/transact";
import { allowAction } from "./allow-action";
import { endWaitingAction, lockAction } from "./end-action";
import { approvedMicros, raiseBudget } from "./raise-budget";
import { approvalName, selectApproval, type ApprovalRow } from "./row";
import { approvalObstacle, decisionObstacle, mayBreakGlassOf, type Obstacle, ownObstacle, seatOf } from "./rules";
import { brokenGlassEntry, tellOfBrokenGlass } from "./broken-glass";
import { asksForMoney, currentStage, rolesAt, type Seated, stagesOf, type StageEnd, standing } from "./seats";
import { tellRequester } from "./tell-requester";
import { tellNextStage } from "./tell-stage";

/** What was approved in the last minutes of a request must still be usable. */
const usableForMs = 60 * 60 * 1000;

export const DecideApprovalInput = z
  .strictObject({
    id: z.uuid(),
    decision: z.enum(["approved", "rejected"]),
    reason: cleanText({ min: 0, max: 1000, lines: true }).default(""),
    /** SHA-256, hexadecimal, of what the person saw. */
    digest: z.string().regex(/^[0-9a-f]{64}$/, "must be the digest that was shown: 64 hexadecimal digits"),
    /** The stage that the person saw, from 0; without it, the one that is decided now. */
    stage: z.coerce.number().int().min(0).optional(),
    /** To end the stage alone, as one of those whom the policy names for that. */
    breakGlass: z.preprocess((value) => value === true || value === "true", z.boolean()).default(false),
    /** Of a request for money: what is approved of it, where that is less than was asked for. */
    amountMicros: microsInput(microsSchema.min(1, "must be more than nothing")).optional(),
  })
  .refine((input) => (input.decision === "approved" && !input.breakGlass) || input.reason !== "", { path: ["reason"], message: "say why, so that the requester can do better" });
export type DecideApprovalInput = z.infer<typeof DecideApprovalInput>;
/** What a caller within the portal gives. */
type Given = z.input<typeof DecideApprovalInput>;

/** `pending`: it counted, and others are asked still. */
export type Decided = { id: string; status: "approved" | "rejected" | "pending"; kind: ApprovalRow["kind"]; actionId: string | null };

/**
 * Counts one person's decision on a request, once, for exactly what they saw; whoever comes too late, or looks at something
 * that has changed, gets a conflict that says so. The decision that ends the last stage lets happen what was asked, and the
 * rejections that are enough for a stage end it all.
 * @throws AppError `forbidden` for one's own request, `invalid_input` for a reason that lacks what the policy wants, `conflict`, `locked`, `not_found`.
 */
export async function decideApproval(ctx: PersonCtx, given: Given): Promise<Decided> {
  const input = DecideApprovalInput.parse(given);
  return transact(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const seen = await selectApproval(tx, input.id);
    if (!seen) throw notFound("request");
    authorizeDecision(tx, ctx, seen);
    const loud = seen.risk === "CRITICAL" || input.breakGlass;
    const proof = loud ? await requireFreshProof(tx, ctx, "approvals.decide", `${input.id} ${input.decision} ${input.digest}`) : null;
    await lockAction(tx, seen.actionId);
    const made = await count(tx, ctx, input, proof);
    const { row, end } = made;
    const effect = end.status === "pending" ? await goOn(tx, ctx, made) : await carryOut(tx, ctx, row, input);
    if (input.breakGlass) await tellOfBrokenGlass(tx, ctx, row, input.reason);
    publish(tx, ctx.organizationId, "approvals");
    if (end.status === "pending" && row.actionId) publish(tx, ctx.organizationId, `action:${row.actionId}`);
    const waited = Math.max(0, Date.now() - seen.createdAt.getTime()) / 1000;
    if (end.status !== "pending") afterCommit(tx, () => metrics().approvalSeconds.observe({ decision: input.decision }, waited));
    const { id, kind, actionId } = row;
    return {
      value: { id, status: end.status, kind, actionId },
      audit: [decidedEntry(ctx, input, made, proof), ...(input.breakGlass ? [brokenGlassEntry(row, input.reason)] : []), ...effect.audit],
      send: [...(end.status === "pending" ? [] : [{ name: "approval/decided" as const, data: { organizationId: ctx.organizationId, approvalId: id } }]), ...effect.send],
    };
  }, { turn: "shared" });
}

type Effect = { audit: AuditEntry[]; send: JobEvent[] };

/** Others are asked still; where another stage has begun, they are told. */
async function goOn(tx: Tx, ctx: PersonCtx, { row, end, stage }: Made): Promise<Effect> {
  return { audit: [], send: end.stage > stage ? await tellNextStage(tx, ctx.organizationId, row.id) : [] };
}

function authorizeDecision(tx: Tx, ctx: PersonCtx, row: ApprovalRow): void {
  const target = { workspaceId: row.workspaceId, agentId: row.agentId };
  if (asksForMoney(row)) authorizeAny(tx, ctx, target, ["approvals", "decide"], ["budgets", "override"]);
  else authorizeAny(tx, ctx, target, ["approvals", "decide"]);
  const own = row.status === "pending" ? ownObstacle(ctx.actor.id, row) : null;
  if (own) {
    throw new AppError("forbidden", own.message, { hint: own.hint, extensions: { permission: "approvals.decide on own request" } });
  }
}

type Made = { row: ApprovalRow; end: StageEnd; stage: number; stages: number; onBehalfOf: Seated | null };

/** The decision itself: counted in the request's current stage while it is locked, and the request moved on where it is enough. */
async function count(tx: Tx, ctx: PersonCtx, input: DecideApprovalInput, proof: SpentProof | null): Promise<Made> {
  await tx.select({ id: approval.id }).from(approval).where(eq(approval.id, input.id)).for("update");
  const row = await selectApproval(tx, input.id);
  if (!row) throw notFound("request");
  const seat = requireSeat(ctx, row, input);
  const onBehalfOf = seat.id === ctx.actor.id ? null : seat;
  const amountMicros = approvedMicros(row, input);
  const digest = Buffer.from(input.digest, "hex");
  if (!row.digest.equals(digest)) throw conflict("This request is not the one that you were shown.", "Load it again and read it before you decide.");
  if (input.stage !== undefined && input.stage !== row.stage) throw conflict("Somebody ended the stage that you were shown.", "Load it again: another stage is decided now.");
  const { organizationId } = ctx;
  const { stage } = row;
  await tx.insert(approvalDecision).values({
    id: newId(), organizationId, approvalId: row.id, stage, personId: ctx.actor.id, decision: input.decision, reason: input.reason,
    onBehalfOf: onBehalfOf?.id ?? null, breakGlass: input.breakGlass, digest, proofId: proof?.id ?? null,
  });
  const earlier = row.decisions.map((one) => ({ ...one, by: { id: one.behalfId ?? one.personId, name: one.behalfName ?? one.personName, roles: one.roles } }));
  const end = standing(row, [...earlier, { stage, decision: input.decision, breakGlass: input.breakGlass, by: seat }]);
  const moved = await move(tx, ctx, { ...input, amountMicros }, row, end);
  return { row: { ...row, ...moved }, end, stage, stages: stagesOf(row.plan).length, onBehalfOf };
}

/** For whom the caller counts here. @throws AppError saying what is in the way. */
function requireSeat(ctx: PersonCtx, row: ApprovalRow, input: DecideApprovalInput): Seated {
  const now = new Date();
  if (input.breakGlass) {
    if (!mayBreakGlassOf(ctx, row, now)) throw refusal(decisionObstacle(ctx, row, now) ?? notNamed);
  } else {
    const obstacle = decisionObstacle(ctx, row, now);
    if (obstacle) throw refusal(obstacle);
  }
  const blocked = input.decision === "approved" ? approvalObstacle(row, now) : null;
  if (blocked) throw refusal(blocked);
  const { reasonPattern } = currentStage(row);
  if (input.decision === "approved" && reasonPattern && !holdsPattern(input.reason, reasonPattern)) {
    throw new AppError("invalid_input", `The reason must hold ${reasonPattern}, where # is a number and @ are letters.`, { fields: { reason: `must hold ${reasonPattern}, e.g. ${exampleOf(reasonPattern)}` } });
  }
  const { id, name, roles } = ctx.actor;
  const seat = input.breakGlass ? { id, name, roles: rolesAt(roles, row.workspaceId) } : seatOf(ctx, row);
  if (!seat) throw refusal(notNamed);
  return seat;
}

const notNamed: Obstacle = { code: "permission", message: "The policy names others who may decide this alone.", hint: "Decide it as one of those whom the stage asks, or ask them." };

async function move(tx: Tx, ctx: PersonCtx, input: DecideApprovalInput & { amountMicros: number }, row: ApprovalRow, end: StageEnd) {
  const open = and(eq(approval.id, row.id), eq(approval.status, "pending"), isNull(approval.narrowingId), gt(approval.expiresAt, sql`now()`));
  const ended = { status: end.status, stage: end.stage, decidedAt: sql`now()`, decidedBy: ctx.actor.id, decisionReason: input.reason, amountMicros: input.amountMicros, expiresAt: sql`greatest(${approval.expiresAt}, now() + ${`${usableForMs} milliseconds`}::interval)` };
  const [moved] = await tx
    .update(approval)
    .set(end.status === "pending" ? { stage: end.stage } : ended)
    .where(open)
    .returning({ status: approval.status, stage: approval.stage, expiresAt: approval.expiresAt, amountMicros: approval.amountMicros });
  if (!moved) throw conflict("This request has expired.", "It ends in denial; the requester can ask again.");
  return moved;
}

function refusal({ code, message, hint }: Obstacle): AppError {
  return code === "locked" ? new AppError("locked", message, { hint }) : conflict(message, hint);
}

async function carryOut(tx: Tx, { organizationId, actor }: PersonCtx, row: ApprovalRow, input: DecideApprovalInput): Promise<Effect> {
  const approved = input.decision === "approved";
  const isLess = approved && row.budgetRequest !== null && row.amountMicros < row.budgetRequest.amountMicros;
  await tellRequester(tx, organizationId, row, input.decision, `${isLess ? "By less than was asked for. " : ""}${actor.name}: ${input.reason || "no reason given"}`);
  if (row.kind === "budget" && approved) return { audit: [await raiseBudget(tx, row)], send: [] };
  if (row.kind === "access" && approved) return { audit: [await issueLease(tx, row, actor.id)], send: [] };
  if (row.kind === "spawn" && approved) return { audit: await createSpawned(tx, row), send: [] };
  if (row.kind !== "action" || !row.actionId) return { audit: [], send: [] };
  if (approved) {
    await allowAction(tx, organizationId, row.actionId, row.digest, row.expiresAt);
    return { audit: [], send: [] };
  }
  return { audit: [], send: await endWaitingAction(tx, organizationId, row.actionId, { status: "rejected", runReason: "A person rejected it." }) };
}

function decidedEntry(ctx: PersonCtx, input: DecideApprovalInput, { row, end, stage, stages, onBehalfOf }: Made, proof: SpentProof | null): AuditEntry {
  const { source } = stagesOf(row.plan)[stage] ?? { source: null };
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
      /** What it led to: `pending` where others are asked still. */
      leadsTo: end.status,
      stage,
      stages,
      onBehalfOf: onBehalfOf?.id ?? null,
      breakGlass: input.breakGlass,
      ...(ctx.chat ? { chat: chatDetails(ctx.chat) } : {}),
      approvalPolicy: source && { ...source },
      // `amountMicros` of it is what was asked for; beside it stands what was approved of that.
      ...(row.budgetRequest ? { budgetRequest: { ...row.budgetRequest } } : {}),
    },
    approval: { id: row.id, required: true, by: ctx.actor.id, policyVersion: row.policyVersion },
  };
}

/** How it is known who decided in a chat: by which user there, and who vouched for that being them. */
function chatDetails({ channelId, channelName, kind, userId, vouched }: ChatOrigin): Json {
  return { channel: channelId, name: channelName, kind, user: userId, vouchedBy: { source: vouched.source, id: vouched.sourceId, claim: vouched.claim, at: vouched.at.toISOString() } };
}
