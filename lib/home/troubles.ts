import { and, count, eq, gte, inArray } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import { auditEvent } from "@/db/stream/audit";
import { markChecked, may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { AuditAction } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { troubled } from "@/lib/runs/list";
import { read } from "@/lib/transact";

const dayMs = 86_400_000;
const watched = ["sessions.sign_in_refused", "access.denied", "keys.refused", "runner.callback_refused"] as const satisfies readonly AuditAction[];

/** Counts since `since`; null where the caller may not know. */
export type Troubles = {
  since: Date;
  deniedActions: number | null;
  failedRuns: number | null;
  refusals: Record<(typeof watched)[number], number> | null;
};

/** What went wrong in the last 24 hours, as far as the caller may see it. */
export async function recentTroubles(ctx: PersonCtx, since = new Date(Date.now() - dayMs)): Promise<Troubles> {
  return read(ctx, async (tx) => {
    // Every figure below is limited by its own permission.
    markChecked(tx);
    const denied = async () => {
      const seen = whereAllowed(tx, ctx, "actions", "view", { workspaceId: action.workspaceId, agentId: action.agentId });
      const [row] = await tx.select({ n: count() }).from(action).where(and(seen, eq(action.status, "denied"), gte(action.createdAt, since)));
      return row?.n ?? 0;
    };
    const failed = async () => {
      const seen = whereAllowed(tx, ctx, "runs", "view", { workspaceId: run.workspaceId, agentId: run.agentId });
      const [row] = await tx.select({ n: count() }).from(run).where(and(seen, inArray(run.status, [...troubled]), gte(run.createdAt, since)));
      return row?.n ?? 0;
    };
    const refused = async () => {
      const seen = whereAllowed(tx, ctx, "audit", "view", { workspaceId: auditEvent.workspaceId });
      const rows = await tx
        .select({ action: auditEvent.action, n: count() })
        .from(auditEvent)
        .where(and(seen, inArray(auditEvent.action, [...watched]), gte(auditEvent.occurredAt, since)))
        .groupBy(auditEvent.action);
      const found = new Map(rows.map((row) => [row.action, row.n]));
      return Object.fromEntries(watched.map((name) => [name, found.get(name) ?? 0])) as Record<(typeof watched)[number], number>;
    };
    return {
      since,
      deniedActions: may(ctx, "actions", "view") ? await denied() : null,
      failedRuns: may(ctx, "runs", "view") ? await failed() : null,
      refusals: may(ctx, "audit", "view") ? await refused() : null,
    };
  });
}
