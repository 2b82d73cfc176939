import { and, gte, isNotNull, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

const dayMs = 86_400_000;

export type Spend = { days: { day: string; micros: number }[]; totalMicros: number; beforeMicros: number };

/**
 * Settled cost of the last 30 days by the UTC day on which it was settled, today last, every day present; and the sum of
 * the 30 days before. Only of workspaces whose budgets the caller may see.
 */
export async function recentSpend(ctx: PersonCtx, now: Date = new Date()): Promise<Spend> {
  const today = Date.parse(now.toISOString().slice(0, 10));
  const days = Array.from({ length: 30 }, (_, index) => new Date(today - (29 - index) * dayMs).toISOString().slice(0, 10));
  const first = new Date(today - 59 * dayMs);
  const rows = await read(ctx, (tx) =>
    tx
      .select({
        day: sql<string>`to_char(${action.endedAt} at time zone 'UTC', 'YYYY-MM-DD')`,
        micros: sql<string>`sum(${action.actualCostMicros})::text`,
      })
      .from(action)
      .where(
        and(
          whereAllowed(tx, ctx, "budgets", "view", { workspaceId: action.workspaceId, agentId: action.agentId }),
          // Served by action_recent; what was asked for earlier and ended since is a day old at the most.
          gte(action.createdAt, new Date(first.getTime() - dayMs)),
          gte(action.endedAt, first),
          isNotNull(action.actualCostMicros),
        ),
      )
      .groupBy(sql`1`),
  );
  const byDay = new Map(rows.map((row) => [row.day, Number(row.micros)]));
  const shown = days.map((day) => ({ day, micros: byDay.get(day) ?? 0 }));
  const totalMicros = shown.reduce((sum, each) => sum + each.micros, 0);
  return { days: shown, totalMicros, beforeMicros: [...byDay.values()].reduce((sum, micros) => sum + micros, 0) - totalMicros };
}
