import { inArray } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import type { budgetScopes } from "@/db/schema/budget";
import { organization, project, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";

export type BudgetScope = (typeof budgetScopes)[number];

/** Names of what budgets are set on, by id. */
export async function scopeNames(tx: Tx, scopes: readonly { scopeType: BudgetScope; scopeId: string }[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const tables = { organization, workspace, project, agent } as const;
  for (const type of ["organization", "workspace", "project", "agent"] as const) {
    const ids = [...new Set(scopes.filter((scope) => scope.scopeType === type).map((scope) => scope.scopeId))];
    if (ids.length === 0) continue;
    const table = tables[type];
    const rows = await tx.select({ id: table.id, name: table.name }).from(table).where(inArray(table.id, ids));
    for (const row of rows) names.set(row.id, row.name);
  }
  return names;
}
