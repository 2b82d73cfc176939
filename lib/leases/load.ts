import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { lease, leaseUse } from "@/db/schema/lease";
import { may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { type LeaseRow, selectLeases, visibleLeases, withState } from "./list";

export const LoadLeaseInput = z.strictObject({ id: z.uuid() });
export type LoadLeaseInput = z.infer<typeof LoadLeaseInput>;

export type LeaseUseRow = { use: number; at: Date; actionId: string; tool: string | null; operation: string | null; status: string | null; costMicros: number };

const mostUses = 1_000;

/** One lease with all its uses, which are at most a thousand. @throws AppError `not_found`. */
export async function loadLease(ctx: PersonCtx, { id }: LoadLeaseInput): Promise<LeaseRow & { usesLog: LeaseUseRow[]; mayRevoke: boolean }> {
  return read(ctx, async (tx) => {
    const [found] = await selectLeases(tx, and(eq(lease.id, id), visibleLeases(tx, ctx)));
    if (!found) throw notFound("lease");
    const usesLog = await tx
      .select({ use: leaseUse.use, at: leaseUse.usedAt, actionId: leaseUse.actionId, costMicros: leaseUse.costMicros, tool: action.tool, operation: action.operation, status: action.status })
      .from(leaseUse)
      .leftJoin(action, eq(action.id, leaseUse.actionId))
      .where(eq(leaseUse.leaseId, id))
      .orderBy(asc(leaseUse.use))
      .limit(mostUses);
    const row = withState(found);
    const target = { workspaceId: row.workspaceId, agentId: row.agentId };
    const mayEnd = may(ctx, "approvals", "decide", target) || may(ctx, "policies", "update", target);
    return { ...row, usesLog, mayRevoke: mayEnd && (row.state === "in_force" || row.state === "not_yet" || row.state === "used_up") };
  });
}
