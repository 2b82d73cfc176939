import { inTenant } from "@/db/tenant";
import { appendAudit, auditBody } from "@/lib/audit/append";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { auditQuota } from "@/lib/requests/quota";

const quota = auditQuota(1);

/** Records the use of a key that is no longer good: the first at once, then one a minute that says how many came between. */
export async function recordKeyRefusal(ctx: AgentCtx, key: { name: string; prefix: string; reason: string }): Promise<void> {
  const name = `${ctx.actor.apiKeyId}:${key.reason}`;
  const repeated = quota.take(name);
  if (repeated === null) return;
  const body = auditBody(ctx, {
    action: "keys.refused",
    resource: { type: "key", id: ctx.actor.apiKeyId, name: key.name, workspaceId: ctx.actor.workspaceId },
    details: { reason: key.reason, prefix: key.prefix, agent: ctx.actor.id, repeated },
    outcome: "blocked",
  });
  try {
    await inTenant(database(), ctx.organizationId, (tx) => appendAudit(tx, [body]));
  } catch (cause) {
    quota.forget(name);
    throw cause;
  }
}
