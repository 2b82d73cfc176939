import { and, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { approvalDecision } from "@/db/schema/approval-decision";
import { narrowing } from "@/db/schema/narrowing";
import { person } from "@/db/schema/people";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { abilityOfPerson } from "@/lib/ability/define";
import { allowAction } from "@/lib/approvals/allow-action";
import { lockAction } from "@/lib/approvals/end-action";
import { judgeNarrowed } from "@/lib/approvals/judge-narrowed";
import { approvalName, type ApprovalRow, selectApproval } from "@/lib/approvals/row";
import { approvalObstacle, type Decider, decisionObstacle } from "@/lib/approvals/rules";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import { reduceReservation } from "@/lib/budgets/settle";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { heldRoles } from "@/lib/ctx/held-roles";
import { AppError, conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import type { ActionView } from "./schemas";
import { type ActionRow, actionView, selectActions } from "./view";

/** What was approved in the last minutes of a request must still be usable. */
const usableSeconds = 60 * 60;

export const AcceptNarrowingInput = z.strictObject({
  id: z.uuid(),
  /** SHA-256, hexadecimal, of what is accepted: the offer's. */
  digest: z.string().regex(/^[0-9a-f]{64}$/, "must be the digest that was offered: 64 hexadecimal digits"),
});
export type AcceptNarrowingInput = z.infer<typeof AcceptNarrowingInput>;

export const DeclineNarrowingInput = AcceptNarrowingInput.extend({ reason: cleanText({ min: 0, max: 1000, lines: true }).default("") });
export type DeclineNarrowingInput = z.infer<typeof DeclineNarrowingInput>;

type Offer = typeof narrowing.$inferSelect;

/**
 * Accepts what a person offered instead: the action becomes exactly that, and is approved. Accepting it again gives the
 * same answer.
 * @throws AppError `conflict` when another digest was offered, it was taken back, the request is over, or what it depends on changed.
 */
export async function acceptNarrowing(ctx: AgentCtx, input: AcceptNarrowingInput): Promise<ActionView> {
  return answer(ctx, input, "accepted", async (tx, row, offer) => {
    const [offerer] = await tx.select().from(person).where(eq(person.id, offer.offeredBy));
    if (!offerer) throw conflict("Who offered it is not here any more.", "Wait for somebody else's decision.");
    await requireStillDecides(tx, offerer, row);
    const [stored] = await tx.select().from(action).where(eq(action.id, offer.actionId));
    if (!stored?.digest.equals(offer.digestBefore)) throw conflict("The action is not the one that was narrowed.", "Submit the action again; it is decided anew.");
    const changed = { arguments: offer.argumentsAfter ?? stored.arguments, estimatedCostMicros: Math.min(stored.estimatedCostMicros, offer.amountMicros) };
    const { risk, reasons } = await judgeNarrowed(tx, stored, changed);
    await tx.update(action).set({ ...changed, limits: offer.limits, digest: offer.digestAfter, risk, riskReasons: reasons }).where(eq(action.id, stored.id));
    const until = await approve(tx, row, offer);
    const { organizationId } = ctx;
    if (offer.seconds !== null) await tx.update(run).set({ wallTimeLimitMs: offer.seconds * 1000 }).where(eq(run.actionId, stored.id));
    await reduceReservation(tx, stored.id, offer.amountMicros);
    await allowAction(tx, organizationId, stored.id, offer.digestAfter, until);
    return [
      answered(row, offer, { action: "approvals.narrowing_accepted" }),
      {
        ...answered(row, offer, { action: "approvals.decided", decision: "approved", risk }),
        by: { kind: "person", id: offerer.id, name: offerer.name, email: offerer.email, roles: [], sessionId: "", accessVersion: offerer.accessVersion },
      },
    ];
  });
}

/** Declines what a person offered: the request waits again as it was asked. */
export async function declineNarrowing(ctx: AgentCtx, input: DeclineNarrowingInput): Promise<ActionView> {
  return answer(ctx, input, "declined", async (tx, row, offer) => {
    await tx.update(approval).set({ narrowingId: null }).where(eq(approval.id, row.id));
    await tx.update(narrowing).set({ answer: input.reason }).where(eq(narrowing.id, offer.id));
    return [answered(row, offer, { action: "approvals.narrowing_declined", reason: input.reason })];
  });
}

/** One conditional update gives an offer to one answer only; the request must still wait for it. */
async function answer(
  ctx: AgentCtx,
  input: AcceptNarrowingInput,
  status: "accepted" | "declined",
  follow: (tx: Tx, row: ApprovalRow, offer: Offer) => Promise<AuditEntry[]>,
): Promise<ActionView> {
  const digest = Buffer.from(input.digest, "hex");
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "actions", "submit", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const found = await own(tx, ctx, input.id);
    await lockAction(tx, found.id);
    const row = found.approvalId ? await selectApproval(tx, found.approvalId) : null;
    if (!row) throw conflict("Nothing was offered for this action.", "Wait for the decision.");
    const [before] = await tx.select().from(narrowing).where(and(eq(narrowing.approvalId, row.id), eq(narrowing.digestAfter, digest), eq(narrowing.status, status)));
    if (before) return { value: actionView(await own(tx, ctx, input.id)), audit: noAudit("answered before") };
    const [offer] = await tx
      .update(narrowing)
      .set({ status, answeredAt: sql`now()` })
      .where(
        and(
          eq(narrowing.approvalId, row.id), eq(narrowing.status, "offered"), eq(narrowing.digestAfter, digest),
          sql`exists (select 1 from ${approval} where ${approval.id} = ${row.id} and ${approval.status} = 'pending' and ${approval.expiresAt} > now() and ${approval.narrowingId} = ${narrowing.id})`,
        ),
      )
      .returning();
    if (!offer) throw conflict("This is not what is offered.", "Get the action again: the offer was changed, taken back, or the request is over.");
    const audit = await follow(tx, row, offer);
    const { organizationId } = ctx;
    publish(tx, organizationId, "approvals");
    publish(tx, organizationId, `action:${found.id}`);
    return {
      value: actionView(await own(tx, ctx, input.id)),
      audit,
      send: status === "accepted" ? [{ name: "approval/decided", data: { organizationId, approvalId: row.id } }] : [],
    };
  }, { turn: "shared" });
}

async function own(tx: Tx, ctx: AgentCtx, id: string): Promise<ActionRow> {
  const [row] = await selectActions(tx, and(eq(action.id, id), eq(action.agentId, ctx.actor.id)));
  if (!row) throw notFound("action");
  return row;
}

/** The yes of who offered it, for the changed action. Gives until when it holds. */
async function approve(tx: Tx, row: ApprovalRow, offer: Offer): Promise<Date> {
  const [approved] = await tx
    .update(approval)
    .set({
      status: "approved", decidedAt: sql`now()`, decidedBy: offer.offeredBy, decisionReason: offer.reason, digest: offer.digestAfter, amountMicros: offer.amountMicros, narrowingId: null,
      expiresAt: sql`greatest(${approval.expiresAt}, now() + ${`${usableSeconds} seconds`}::interval)`,
    })
    .where(and(eq(approval.id, row.id), eq(approval.status, "pending"), eq(approval.narrowingId, offer.id), gt(approval.expiresAt, sql`now()`)))
    .returning({ expiresAt: approval.expiresAt });
  if (!approved) throw conflict("This request is over.", "Submit the action again; it is decided anew.");
  await tx.insert(approvalDecision).values({
    id: newId(), organizationId: offer.organizationId, approvalId: row.id, stage: row.stage, personId: offer.offeredBy, decision: "approved", reason: offer.reason, digest: offer.digestAfter,
  });
  const [started] = await tx.select({ id: run.id }).from(run).where(eq(run.actionId, offer.actionId));
  // A run's time counts from its start; a grant's from now.
  if (offer.seconds === null || started) return approved.expiresAt;
  return new Date(Math.min(approved.expiresAt.getTime(), Date.now() + offer.seconds * 1000));
}

/**
 * Whoever offered it says yes at the moment of the agent's answer, so nothing may stand in the way of their decision then: their
 * rights, the part that somebody gave them, a lock on the request or the tool, what changed about the agent.
 */
async function requireStillDecides(tx: Tx, offerer: typeof person.$inferSelect, row: ApprovalRow): Promise<void> {
  const roles = offerer.status === "active" ? await heldRoles(tx, offerer.id, sql`now()`) : [];
  const who: Decider = { ability: abilityOfPerson(roles), actor: { id: offerer.id, name: offerer.name, roles } };
  const now = new Date();
  const changed = approvalObstacle(row, now);
  if (changed) throw conflict(changed.message, "Submit the action again; it is decided anew.");
  const obstacle = decisionObstacle(who, { ...row, narrowingId: null }, now);
  if (obstacle?.code === "locked") throw new AppError("locked", obstacle.message, { hint: obstacle.hint });
  if (obstacle) throw conflict("Who offered it may not decide this any more.", "Wait for somebody else's decision.");
}

type Answered = { action: AuditEntry["action"]; decision?: "approved"; reason?: string; risk?: string };

function answered(row: ApprovalRow, offer: Offer, { action: name, ...more }: Answered): AuditEntry {
  return {
    action: name,
    resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
    details: {
      kind: "action", narrowingId: offer.id, actionId: offer.actionId, agentId: offer.agentId, digestBefore: offer.digestBefore.toString("hex"), digest: offer.digestAfter.toString("hex"),
      amountMicros: offer.amountMicros, seconds: offer.seconds, policyVersion: row.policyVersion, reason: offer.reason, requesterPersonId: row.requesterPersonId, requesterAgentId: row.requesterAgentId, ...more,
    },
    approval: { id: row.id, required: true, by: offer.offeredBy, policyVersion: row.policyVersion },
  };
}
