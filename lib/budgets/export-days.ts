import { eq, and } from "drizzle-orm";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { budget, budgetWindow } from "@/db/schema/budget";
import { organization } from "@/db/schema/organization";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { decimalAmount } from "./amount";
import { spentDays } from "./days";

export const ExportDaysInput = z.strictObject({ id: z.uuid(), window: z.uuid() });
export type ExportDaysInput = z.infer<typeof ExportDaysInput>;

/** A window's spending by day and agent, for the books: CSV (RFC 4180) with exact micro-units beside the amount. */
export async function exportDays(ctx: PersonCtx, input: ExportDaysInput): Promise<Response> {
  const { rows, currency } = await read(ctx, async (tx) => {
    const [found] = await tx
      .select({ workspaceId: budget.workspaceId, timeZone: budget.timeZone, id: budgetWindow.id, startsAt: budgetWindow.startsAt, endsAt: budgetWindow.endsAt, currency: organization.currency })
      .from(budgetWindow)
      .innerJoin(budget, eq(budget.id, budgetWindow.budgetId))
      .innerJoin(organization, eq(organization.id, budget.organizationId))
      .where(and(eq(budget.id, input.id), eq(budgetWindow.id, input.window)));
    if (!found) {
      authorizeAnywhere(tx, ctx, "budgets", "view");
      throw notFound("budget window");
    }
    authorize(tx, ctx, "budgets", "view", { workspaceId: found.workspaceId });
    return { rows: await spentDays(tx, found), currency: found.currency };
  });
  const records = rows.map((row) => [row.day, row.agentId, row.agentName, row.actions, row.spentMicros, decimalAmount(row.spentMicros), currency]);
  // A name that begins like a formula must not become one in a spreadsheet.
  const csv = stringify(records, { header: true, columns: ["day", "agent_id", "agent", "actions", "spent_micros", "spent", "currency"], escape_formulas: true });
  return new Response(csv, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="budget-${input.id.slice(0, 8)}-${input.window.slice(-8)}.csv"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
