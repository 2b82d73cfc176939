import { and, eq, isNull, notInArray, or, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { workspace } from "@/db/schema/organization";
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
  const alternatives = rules.filter(({ inverted }) => !inverted).map((rule) => {
    const parts = Object.entries(rule.conditions ?? {}).map(([name, value]) => {
      const column = columns[name as keyof typeof columns];
      return column ? eq(column, value) : sql`false`;
    });
    return and(...parts) ?? sql`true`;
  });
  const held = or(...alternatives) ?? sql`false`;
  const closed = closedIn(rules);
  if (closed.length === 0) return held;
  if (!columns.workspaceId) return sql`false`;
  return and(held, or(isNull(columns.workspaceId), notInArray(columns.workspaceId, closed))) ?? sql`false`;
}

type Rules = ReturnType<Ctx["ability"]["rulesFor"]>;

/** The workspaces that are closed to the caller, whatever they hold. */
function closedIn(rules: Rules): string[] {
  return rules.flatMap(({ inverted, conditions }) => (inverted && conditions?.workspaceId ? [conditions.workspaceId] : []));
}

/**
 * The workspaces on which the caller holds the permission, for queries that take them as a parameter; null: everywhere.
 * Rows without a workspace belong to those who hold it everywhere, and so not to who has a workspace closed to them.
 */
export async function allowedWorkspaces<R extends Resource>(tx: Tx, ctx: Ctx, resource: R, action: ActionOf<R>): Promise<string[] | null> {
  markChecked(tx, `${resource}.${action}`);
  const rules = ctx.ability.rulesFor(action, resource);
  const held = rules.filter(({ inverted }) => !inverted);
  const closed = closedIn(rules);
  if (held.some((rule) => !rule.conditions)) {
    if (closed.length === 0) return null;
    const open = await tx.select({ id: workspace.id }).from(workspace).where(notInArray(workspace.id, closed));
    return open.map(({ id }) => id);
  }
  return held.flatMap((rule) => (rule.conditions?.workspaceId && !rule.conditions.agentId ? [rule.conditions.workspaceId] : []));
}
