import { inTenant } from "@/db/tenant";
import { appendAudit, auditBody } from "@/lib/audit/append";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";

const quietMs = 60_000;
const maxRemembered = 10_000;

/** When a key's refusal was last written, and how many came since: a client in a loop must not fill the audit. */
const recent = new Map<string, { writtenAt: number; more: number }>();

/**
 * Records the use of a key that is no longer good: the first at once, then at most one a minute for the same key, which
 * says how many came between.
 */
export async function recordKeyRefusal(ctx: AgentCtx, key: { name: string; prefix: string; reason: string }): Promise<void> {
  const id = `${ctx.actor.apiKeyId}:${key.reason}`;
  const now = Date.now();
  const last = recent.get(id);
  if (last && now - last.writtenAt < quietMs) {
    last.more += 1;
    return;
  }
  if (recent.size >= maxRemembered) recent.clear();
  recent.set(id, { writtenAt: now, more: 0 });
  const body = auditBody(ctx, {
    action: "keys.refused",
    resource: { type: "key", id: ctx.actor.apiKeyId, name: key.name, workspaceId: ctx.actor.workspaceId },
    details: { reason: key.reason, prefix: key.prefix, agent: ctx.actor.id, repeated: last?.more ?? 0 },
    outcome: "blocked",
  });
  try {
    await inTenant(database(), ctx.organizationId, (tx) => appendAudit(tx, [body]));
  } catch (error) {
    recent.delete(id);
    throw error;
  }
}
