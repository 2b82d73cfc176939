import { and, eq, gt, sql } from "drizzle-orm";
import type { BudgetRequest } from "@/db/schema/action";
import { budget, budgetWindow } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { conflict } from "@/lib/errors";

const mostMicros = 9_000_000_000_000_000;

/** Raises one window of one budget by what was approved; the next window begins at the cap again. */
export async function raiseBudget(tx: Tx, request: BudgetRequest): Promise<AuditEntry> {
  const [raised] = await tx
    .update(budgetWindow)
    .set({ raisedMicros: sql`${budgetWindow.raisedMicros} + ${request.amountMicros}` })
    .where(
      and(
        eq(budgetWindow.id, request.windowId),
        gt(budgetWindow.endsAt, sql`now()`),
        sql`${budgetWindow.raisedMicros} + ${request.amountMicros} <= ${mostMicros}`,
      ),
    )
    .returning({ raisedMicros: budgetWindow.raisedMicros, endsAt: budgetWindow.endsAt });
  if (!raised) throw conflict("This budget window has ended or cannot be raised by so much.", "Reject it; the requester can ask again.");
  const [row] = await tx.select({ scopeType: budget.scopeType, workspaceId: budget.workspaceId, capMicros: budget.capMicros }).from(budget).where(eq(budget.id, request.budgetId));
  return {
    action: "budgets.raised",
    resource: { type: "budget", id: request.budgetId, name: `${row?.scopeType ?? "unknown"} budget`, workspaceId: row?.workspaceId ?? null },
    details: {
      windowId: request.windowId,
      windowEndsAt: raised.endsAt.toISOString(),
      capMicros: row?.capMicros ?? 0,
      before: { raisedMicros: raised.raisedMicros - request.amountMicros },
      after: { raisedMicros: raised.raisedMicros },
    },
  };
}
