import type { AuditEntry } from "@/lib/audit/actions";
import { recordEvent } from "@/lib/audit/record";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { auditQuota } from "@/lib/requests/quota";

const quota = auditQuota(1);

/** Records the use of a key that is no longer good: the first at once, then one a minute that says how many came between. */
export async function recordKeyRefusal(ctx: AgentCtx, key: { name: string; prefix: string; reason: string }): Promise<void> {
  const name = `${ctx.actor.apiKeyId}:${key.reason}`;
  const repeated = quota.take(name);
  if (repeated === null) return;
  const entry: AuditEntry = {
    action: "keys.refused",
    resource: { type: "key", id: ctx.actor.apiKeyId, name: key.name, workspaceId: ctx.actor.workspaceId },
    details: { reason: key.reason, prefix: key.prefix, agent: ctx.actor.id, repeated },
    outcome: "blocked",
  };
  try {
    await recordEvent(ctx, entry);
  } catch (cause) {
    quota.forget(name);
    throw cause;
  }
}
