import { isTimeLimited } from "@/lib/ability/time-limited";
import type { Ctx } from "@/lib/ctx/ctx";
import type { AuditEntry } from "./actions";

/** Looking at the same thing again within this time is the same look. */
const sameLookMs = 5 * 60 * 1000;
const mostRemembered = 10_000;
const looks = new Map<string, number>();

/**
 * What people whose role has a last day (auditors) read is an event of its own, one for each look at a page. What a
 * page is made of needs no events beside it. Searches of the audit itself are recorded by the search, with their filter. Null: nothing to record.
 */
export function readEvent(ctx: Ctx, permissions: ReadonlySet<string>, now = Date.now()): AuditEntry | null {
  if (ctx.actor.kind !== "person" || !isTimeLimited({ actor: ctx.actor })) return null;
  const used = [...permissions].filter((permission) => !permission.startsWith("audit.")).sort();
  if (used.length === 0) return null;
  const page = ctx.path?.split("?")[0] ?? null;
  const key = [ctx.actor.sessionId, ...(page ? [page] : used)].join(" ");
  if ((looks.get(key) ?? 0) > now - sameLookMs) return null;
  if (looks.size >= mostRemembered) looks.clear();
  looks.set(key, now);
  return { action: "access.read", resource: { type: "page", id: page ?? used.join(", "), name: page ?? used.join(", ") }, details: { permissions: used } };
}
