import canonicalize from "canonicalize";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { narrowing } from "@/db/schema/narrowing";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { actionDigest, canonicalArguments } from "@/lib/actions/digest";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { proofDetails, requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText, microsSchema } from "@/lib/text";
import { transact } from "@/lib/transact";
import { applyChanges, type ArgumentChange, pointer } from "./argument-changes";
import { lockAction } from "./end-action";
import { judgeNarrowed } from "./judge-narrowed";
import { maskMark } from "./mask";
import { oneIsEnough } from "./one-is-enough";
import { approvalName, type ApprovalRow, selectApproval } from "./row";
import { approvalObstacle, decisionObstacle } from "./rules";
import { whereNotOwn } from "./where-decidable";

/** A grant is good for at least this long after a plain yes, so a narrower one is never for longer. */
const longestGrantSeconds = 60 * 60;

const Step = z.union([z.string().max(512), z.int().min(0).max(1_000_000)]);

export const NarrowApprovalInput = z.strictObject({
  id: z.uuid(),
  /** SHA-256, hexadecimal, of what the person saw. */
  digest: z.string().regex(/^[0-9a-f]{64}$/, "must be the digest that was shown: 64 hexadecimal digits"),
  reason: cleanText({ max: 1000, lines: true }),
  amountMicros: microsSchema.nullish(),
  /** How long the run may take, or the grant may be taken. */
  seconds: z.int("must be a whole number of seconds").min(1, "must be at least a second").max(86_400).nullish(),
  changes: z.array(z.strictObject({ path: z.array(Step).min(1).max(64), value: z.json().optional() })).max(200).default([]),
});
export type NarrowApprovalInput = z.infer<typeof NarrowApprovalInput>;

/** What an action would be with what is offered. */
type Narrowed = { arguments: string | null; amountMicros: number; seconds: number | null; limits: string; digest: Buffer };

/**
 * Offers the agent a yes to less than it asked for: a smaller amount, a shorter time, edited arguments. The policy decides
 * the changed action anew, and the agent accepts it by its digest, which makes the yes hold, or declines it.
 * @throws AppError `forbidden` for one's own request; `conflict` when it is decided, changed, wider, or refused by policy; `invalid_input` when nothing is changed.
 */
export async function narrowApproval(ctx: PersonCtx, input: NarrowApprovalInput): Promise<{ id: string; digest: string }> {
  return transact(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const row = await selectApproval(tx, input.id);
    if (!row) throw notFound("request");
    authorize(tx, ctx, "approvals", "decide", { workspaceId: row.workspaceId, agentId: row.agentId });
    requireNarrowable(ctx, row);
    await lockAction(tx, row.actionId);
    const [stored] = await tx.select().from(action).where(eq(action.id, row.actionId ?? row.id));
    if (!stored || row.kind !== "action" || !row.workspaceId) throw conflict("Only what an agent wants to do can be narrowed.", "Approve or reject this request as it is.");
    const after = await narrowed(tx, row, stored, input);
    if (after.digest.equals(stored.digest)) throw new AppError("invalid_input", "Nothing is changed.", { hint: "Approve the request as it is." });
    await judgeNarrowed(tx, stored, { arguments: after.arguments ?? stored.arguments, estimatedCostMicros: Math.min(stored.estimatedCostMicros, after.amountMicros) });
    const digest = after.digest.toString("hex");
    const proof = row.risk === "CRITICAL" ? await requireFreshProof(tx, ctx, "approvals.narrow", `${row.id} approved ${digest}`) : null;
    const id = newId();
    await tx.insert(narrowing).values({
      id, organizationId: ctx.organizationId, workspaceId: row.workspaceId, agentId: stored.agentId, approvalId: row.id, actionId: stored.id, status: "offered",
      offeredBy: ctx.actor.id, reason: input.reason, digestBefore: stored.digest, digestAfter: after.digest, argumentsAfter: after.arguments, argumentsBefore: after.arguments === null ? null : stored.arguments,
      amountBeforeMicros: row.amountMicros, amountMicros: after.amountMicros, seconds: after.seconds, limits: after.limits,
    });
    const [offered] = await tx
      .update(approval)
      .set({ narrowingId: id })
      .where(
        and(
          eq(approval.id, row.id), eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`), isNull(approval.narrowingId),
          eq(approval.digest, Buffer.from(input.digest, "hex")), whereNotOwn(ctx),
        ),
      )
      .returning({ id: approval.id });
    if (!offered) throw conflict("This request is not the one that you were shown.", "Load it again and read it before you decide.");
    publish(tx, ctx.organizationId, "approvals");
    publish(tx, ctx.organizationId, `action:${stored.id}`);
    return {
      value: { id, digest },
      audit: {
        action: "approvals.narrowed",
        resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
        details: {
          narrowingId: id, actionId: stored.id, agentId: stored.agentId, reason: input.reason, risk: row.risk, policyVersion: row.policyVersion, proof: proofDetails(proof),
          before: { digest: input.digest, amountMicros: row.amountMicros },
          after: { digest, amountMicros: after.amountMicros, seconds: after.seconds, arguments: input.changes.map(({ path }) => pointer(path)) },
        },
        approval: { id: row.id, required: true, by: ctx.actor.id, policyVersion: row.policyVersion },
      },
    };
  }, { turn: "shared" });
}

function requireNarrowable(ctx: PersonCtx, row: ApprovalRow): void {
  const now = new Date();
  const blocked = decisionObstacle(ctx, row, now) ?? approvalObstacle(row, now);
  if (blocked?.code === "own") throw new AppError("forbidden", blocked.message, { hint: blocked.hint, extensions: { permission: "approvals.decide on own request" } });
  if (blocked) throw blocked.code === "locked" ? new AppError("locked", blocked.message, { hint: blocked.hint }) : conflict(blocked.message, blocked.hint);
  if (!oneIsEnough(row.plan)) throw conflict("Several people must agree on this request, so nobody changes it alone.", "Reject it and say in the reason what would be approved.");
}

async function narrowed(tx: Tx, row: ApprovalRow, stored: typeof action.$inferSelect, input: NarrowApprovalInput): Promise<Narrowed> {
  const [started] = await tx.select({ wallTimeLimitMs: run.wallTimeLimitMs, secondMicros: run.secondMicros }).from(run).where(eq(run.actionId, stored.id));
  const seconds = input.seconds ?? null;
  const askedSeconds = started ? started.wallTimeLimitMs / 1000 : longestGrantSeconds;
  if (seconds !== null && seconds > askedSeconds) throw conflict(`The time may only become shorter: it is ${askedSeconds} s now.`, "Give fewer seconds.");
  if (started && typeof input.amountMicros === "number") throw conflict("What a run may cost follows from its time.", "Shorten its time instead.");
  // What a run may cost is its whole time, so less time sets less aside.
  const costOfTime = started && seconds !== null ? Math.min(row.amountMicros, Math.round(seconds * started.secondMicros)) : row.amountMicros;
  const amountMicros = input.amountMicros ?? costOfTime;
  if (amountMicros > row.amountMicros) throw conflict("The amount may only become smaller.", "What costs more must be asked for anew.");
  const changed = edited(stored.arguments, input.changes);
  const before = { amountMicros: row.amountMicros, seconds: null, arguments: null };
  const isSame = amountMicros === before.amountMicros && seconds === null && changed === null;
  const limits = canonicalize({ amountMicros, ...(seconds === null ? {} : { seconds }) }) ?? "";
  const digest = isSame ? stored.digest : actionDigest({ ...stored, arguments: changed ?? stored.arguments, limits });
  return { arguments: changed, amountMicros, seconds, limits, digest };
}

/** The canonical arguments with what was edited; null when that leaves them as they were. */
function edited(canonical: string, changes: readonly ArgumentChange[]): string | null {
  if (changes.length === 0) return null;
  if (JSON.stringify(changes).includes(maskMark)) throw conflict("A change would write the mark of a hidden value.", "Leave what is hidden where it is, or replace all of it.");
  const args = applyChanges(z.record(z.string(), z.json()).parse(JSON.parse(canonical)), changes);
  if (!args) throw conflict("A change is about an argument that is not there.", "Load the request again.");
  const after = canonicalArguments(z.record(z.string(), z.json()).parse(args));
  return after === canonical ? null : after;
}
