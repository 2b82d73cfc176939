import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { budget } from "@/db/schema/budget";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { openWindows } from "./window";

export const ArchiveBudgetInput = z.strictObject({ id: z.uuid() });
export type ArchiveBudgetInput = z.infer<typeof ArchiveBudgetInput>;

/** Closes a budget: it limits nothing from now on, and its windows stay readable. What is reserved in it still settles. */
export async function archiveBudget(ctx: Ctx, input: ArchiveBudgetInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const [row] = await tx.select().from(budget).where(eq(budget.id, input.id));
    if (!row) {
      authorizeAnywhere(tx, ctx, "budgets", "view");
      throw notFound("budget");
    }
    authorize(tx, ctx, "budgets", "set", { workspaceId: row.workspaceId });
    await requireFreshProof(tx, ctx, "budgets.archive", row.id);
    // Windows before their budgets, as decisions lock them.
    await openWindows(tx, [row.scopeId], true);
    const [closed] = await tx
      .update(budget)
      .set({ archivedAt: sql`now()` })
      .where(and(eq(budget.id, row.id), isNull(budget.archivedAt)))
      .returning({ id: budget.id });
    if (!closed) throw conflict("This budget is closed already.");
    return {
      value: closed,
      audit: {
        action: "budgets.archived",
        resource: { type: "budget", id: row.id, name: `${row.scopeType} budget`, workspaceId: row.workspaceId },
        details: { scopeType: row.scopeType, scopeId: row.scopeId, period: row.period, capMicros: row.capMicros, hard: row.hard },
      },
    };
  });
}
