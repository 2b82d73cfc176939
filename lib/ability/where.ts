import { and, eq, or, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { markChecked } from "./authorize";
import type { ActionOf, Resource } from "./permissions";

/**
 * The same rules as `authorize`, as a condition for SQL: rows on which the caller holds the permission. A condition
 * whose column is not given matches nothing.
 */
export function whereAllowed<R extends Resource>(
  tx: Tx,
  ctx: Ctx,
  resource: R,
  action: ActionOf<R>,
  columns: { workspaceId?: PgColumn; agentId?: PgColumn },
): SQL {
  markChecked(tx, `${resource}.${action}`);
  const rules = ctx.ability.rulesFor(action, resource);
  if (rules.some((rule) => !rule.conditions)) return sql`true`;
  const alternatives = rules.map((rule) => {
    const parts = Object.entries(rule.conditions ?? {}).map(([name, value]) => {
      const column = columns[name as keyof typeof columns];
      return column ? eq(column, value) : sql`false`;
    });
    return and(...parts) ?? sql`false`;
  });
  return or(...alternatives) ?? sql`false`;
}

/**
 * The workspaces on which the caller holds the permission, for queries that take them as a parameter; null: everywhere.
 * Rows without a workspace belong to those who hold it everywhere.
 */
export function allowedWorkspaces<R extends Resource>(tx: Tx, ctx: Ctx, resource: R, action: ActionOf<R>): string[] | null {
  markChecked(tx, `${resource}.${action}`);
  const rules = ctx.ability.rulesFor(action, resource);
  if (rules.some((rule) => !rule.conditions)) return null;
  return rules.flatMap((rule) => (rule.conditions?.workspaceId && !rule.conditions.agentId ? [rule.conditions.workspaceId] : []));
}
