import { and, asc, eq, gt, inArray, isNull, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { cleanText } from "@/lib/text";
import { read } from "@/lib/transact";
import { decideApproval } from "./decide";

const mostAtOnce = 50;
const Digest = z.string().regex(/^[0-9a-f]{64}$/, "must be the digest that was shown: 64 hexadecimal digits");

export const DecideBatchInput = z
  .strictObject({
    decision: z.enum(["approved", "rejected"]),
    reason: cleanText({ min: 0, max: 1000, lines: true }).default(""),
    /** Each with the digest that the person saw. */
    items: z.array(z.strictObject({ id: z.uuid(), digest: Digest })).min(1).max(mostAtOnce),
  })
  .refine((input) => input.decision === "approved" || input.reason !== "", { path: ["reason"], message: "say why, so that the requester can do better" });
export type DecideBatchInput = z.infer<typeof DecideBatchInput>;

export const RejectAlikeInput = z.strictObject({
  /** One of them; it need not wait any more. */
  id: z.uuid(),
  reason: cleanText({ max: 1000, lines: true }),
  /** What came later is not meant. */
  upTo: z.coerce.date(),
});
export type RejectAlikeInput = z.infer<typeof RejectAlikeInput>;

/** How a batch went: each that was decided, and each that was not with why. */
export type BatchOutcome = { decided: string[]; refused: { id: string; message: string }[] };

type Item = DecideBatchInput["items"][number];

/**
 * Decides several look-alikes: of one agent, tool, operation and names of arguments (`approvalPattern`), and of one risk, which
 * is not critical. Each is decided by itself, for the digest that was seen, with an event of its own; one that cannot be keeps none of the others.
 * @throws AppError `conflict` when they are not alike; `not_found`, `forbidden`.
 */
export async function decideBatch(ctx: PersonCtx, { decision, reason, items }: DecideBatchInput): Promise<BatchOutcome> {
  await read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const ids = [...new Set(items.map(({ id }) => id))];
    const rows = await tx
      .select({ pattern: approval.pattern, risk: approval.risk, workspaceId: approval.workspaceId, agentId: approval.agentId })
      .from(approval)
      .where(inArray(approval.id, ids));
    if (rows.length < ids.length) throw notFound("request");
    for (const row of rows) authorize(tx, ctx, "approvals", "decide", row);
    const [first] = rows;
    if (!first?.pattern || rows.some(({ pattern, risk }) => !first.pattern || !pattern?.equals(first.pattern) || risk !== first.risk)) {
      throw conflict("These requests are not alike.", "Only requests of one agent, tool, operation, names of arguments and risk are decided together.");
    }
    if (first.risk === "CRITICAL") throw conflict("What is critical is decided one by one.", "Open each request.");
  });
  return decideEach(ctx, items, decision, reason);
}

/**
 * Rejects look-alikes of one request that wait, the oldest 50 of them: call it again while `left` says that there are more.
 * @throws AppError `conflict` for what is critical or like no other; `not_found`, `forbidden`.
 */
export async function rejectAlike(ctx: PersonCtx, { id, reason, upTo }: RejectAlikeInput): Promise<BatchOutcome & { left: boolean }> {
  const found = await read(ctx, async (tx) => {
    const [row] = await tx.select().from(approval).where(eq(approval.id, id));
    if (!row) {
      authorizeAnywhere(tx, ctx, "approvals", "view");
      throw notFound("request");
    }
    authorize(tx, ctx, "approvals", "decide", row);
    if (!row.pattern || row.risk === "CRITICAL") throw conflict("This request is not one of several that are decided together.", "Open it and decide it by itself.");
    return tx
      .select({ id: approval.id, digest: approval.digest })
      .from(approval)
      .where(
        and(
          eq(approval.pattern, row.pattern), eq(approval.risk, row.risk), eq(approval.status, "pending"), isNull(approval.narrowingId),
          gt(approval.expiresAt, sql`now()`), lte(approval.createdAt, upTo),
        ),
      )
      .orderBy(asc(approval.createdAt), asc(approval.id))
      .limit(mostAtOnce + 1);
  });
  const items = found.slice(0, mostAtOnce).map((one) => ({ id: one.id, digest: one.digest.toString("hex") }));
  const outcome = await decideEach(ctx, items, "rejected", reason);
  // Where nothing can be decided, asking again would not end.
  return { ...outcome, left: found.length > mostAtOnce && outcome.decided.length > 0 };
}

/** One after the other, each in a transaction of its own. A fault that is no refusal ends it; what was decided stays. */
async function decideEach(ctx: PersonCtx, items: readonly Item[], decision: "approved" | "rejected", reason: string): Promise<BatchOutcome> {
  const outcome: BatchOutcome = { decided: [], refused: [] };
  for (const { id, digest } of items) {
    try {
      await decideApproval(ctx, { id, digest, decision, reason, breakGlass: false });
      outcome.decided.push(id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      outcome.refused.push({ id, message: error.message });
    }
  }
  return outcome;
}
