import { prepared, type Statement, type Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { auditActions, type AuditEntry, type Json } from "./actions";
import { canonicalJson } from "./canonical";

/**
 * The text that is hashed and kept: RFC 8785 canonical JSON of one event. Times are UTC, RFC 3339, milliseconds.
 * NUL and lone surrogates, which JSON text in Postgres cannot hold, become U+FFFD.
 */
export function auditBody(ctx: Ctx, entry: AuditEntry, now: Date = new Date()): string {
  const actor = entry.by ?? ctx.actor;
  const event: Record<string, Json> = {
    v: 1,
    id: newId(),
    organization: ctx.organizationId,
    time: now.toISOString(),
    actor: {
      kind: actor.kind,
      id: actor.id,
      name: actor.name,
      ip: ctx.ip,
      userAgent: ctx.userAgent,
      ...(actor.kind === "person" ? { roles: actor.roles.map((held) => held.role), ...(ctx.chat ? {} : { session: actor.sessionId }) } : {}),
      ...(actor.kind === "agent" ? { key: actor.apiKeyId } : {}),
    },
    action: entry.action,
    resource: {
      type: entry.resource.type,
      id: entry.resource.id,
      name: entry.resource.name,
      workspace: entry.resource.workspaceId ?? null,
    },
    details: entry.details ?? {},
    outcome: entry.outcome ?? "success",
    severity: entry.severity ?? auditActions[entry.action],
    ...(entry.approval ? { approval: { by: null, policyVersion: null, ...entry.approval } } : {}),
    requestId: ctx.requestId,
  };
  return canonicalJson(event);
}

/** Adds events at the end of the organization's chain. Call last: it holds the chain's head until the commit. */
export async function appendAudit(tx: Tx, bodies: readonly string[]): Promise<void> {
  if (bodies.length > 0) await prepared(tx, appendStatement(bodies));
}

/** What `appendAudit` runs; the last one before the commit. */
export function appendStatement(bodies: readonly string[]): Statement {
  // JSON text in canonical form has no line feed of its own, and one long text is cheaper to send than an array of many.
  return { text: "select audit_append(string_to_array($1, e'\\n'))", values: [bodies.join("\n")] };
}
