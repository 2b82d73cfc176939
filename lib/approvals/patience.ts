import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { AppError } from "@/lib/errors";

/** So often within a day the same may be asked for in vain. */
const mostInVain = 10;
const daySeconds = 24 * 60 * 60;

/** The rule of what was asked for too often. */
export const askedInVain = "approvals.asked_in_vain";

/**
 * Refuses what people said no to, or left unanswered, many times today: a requester that asks again at once would only wear them out.
 * @param same which requests are for the same thing by the same requester.
 * @throws AppError `rate_limited`.
 */
export async function requirePatience(tx: Tx, same: SQL | undefined): Promise<void> {
  const inVain = sql`${approval.status} in ('rejected', 'expired', 'cancelled')`;
  const [row] = await tx
    .select({ count: sql<number>`count(*)::int`, waitSeconds: sql<number>`ceil(extract(epoch from min(${approval.createdAt}) + interval '1 day' - now()))::int` })
    .from(approval)
    .where(and(same, inVain, gt(approval.createdAt, sql`now() - interval '1 day'`)));
  if ((row?.count ?? 0) < mostInVain) return;
  throw new AppError("rate_limited", `The same was asked for ${mostInVain} times within a day, and nobody agreed.`, {
    hint: "Talk to the people who decide, or ask for something else.",
    retryAfterSeconds: Math.max(1, row?.waitSeconds ?? daySeconds),
    extensions: { rule: askedInVain },
  });
}

/** One of these requests that waits for a decision, or null. */
export async function stillPending(tx: Tx, same: SQL | undefined): Promise<string | null> {
  const [row] = await tx.select({ id: approval.id }).from(approval).where(and(same, eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`))).limit(1);
  return row?.id ?? null;
}

/** Which requests a requester made themselves: an agent's are its own, and not those of the person who owns it. */
export function madeBy(requester: { requesterPersonId: string | null; requesterAgentId: string | null }): SQL | undefined {
  if (requester.requesterAgentId) return eq(approval.requesterAgentId, requester.requesterAgentId);
  return and(isNull(approval.requesterAgentId), sql`${approval.requesterPersonId} = ${requester.requesterPersonId}`);
}
