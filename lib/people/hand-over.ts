import { and, eq, exists, inArray, isNull, ne, sql } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { stopRunsWhere } from "@/lib/runs/stop-where";
import type { LeavingEffect } from "./receipt";

export type HandOver = { effects: Partial<Record<LeavingEffect, string[]>>; audit: AuditEntry[]; send: JobEvent[] };
export type Successor = { id: string; name: string };

/**
 * What becomes of a person's agents and keys: agents go to the successor and keep working; without one they are suspended
 * and their runs stopped, since nobody answers for them. Keys that the person made for own agents are revoked either way,
 * since they may have kept them; those for agents of others are named only, since their owners answer for them.
 */
export async function handOverAgents(tx: Tx, ctx: Ctx, personId: string, successor: Successor | null): Promise<HandOver> {
  const owned = await tx
    .select({ id: agent.id, name: agent.name, status: agent.status, workspaceId: agent.workspaceId })
    .from(agent)
    .where(and(eq(agent.ownerId, personId), ne(agent.status, "retired")))
    .orderBy(agent.id)
    .for("update");
  const keys = await revokeOwnKeys(tx, personId);
  const keysKept = await keysForOthers(tx, personId);
  const managed = await tx
    .update(agent)
    .set({ managerPersonId: successor?.id ?? null })
    .where(eq(agent.managerPersonId, personId))
    .returning({ name: agent.name });
  const named = { keys, keysKept, agentsManaged: managed.map(({ name }) => name) };
  if (owned.length === 0) return { effects: named, audit: [], send: [] };
  const ids = owned.map(({ id }) => id);
  if (successor) {
    await tx.update(agent).set({ ownerId: successor.id }).where(inArray(agent.id, ids));
    const audit = owned.map((each): AuditEntry => ({
      action: "agents.updated",
      resource: { type: "agent", id: each.id, name: each.name, workspaceId: each.workspaceId },
      details: { changes: [{ field: "ownerId", before: personId, after: successor.id }], because: "the owner left" },
    }));
    return { effects: { ...named, agentsHandedOver: owned.map(({ name }) => name) }, audit, send: [] };
  }
  const active = owned.filter(({ status }) => status === "active");
  if (active.length > 0) await tx.update(agent).set({ status: "suspended" }).where(inArray(agent.id, active.map(({ id }) => id)));
  const suspended = active.map((each): AuditEntry => ({
    action: "agents.status_changed",
    resource: { type: "agent", id: each.id, name: each.name, workspaceId: each.workspaceId },
    details: { before: "active", after: "suspended", because: "the owner left and nobody was named in their place" },
  }));
  const runs = await stopRunsWhere(tx, ctx, and(inArray(run.agentId, ids), isNull(run.finishedAt)), "The owner of its agent left.");
  return {
    effects: { ...named, agentsSuspended: active.map(({ name }) => name), runsStopped: runs.ids },
    audit: [...suspended, ...runs.audit],
    send: runs.send,
  };
}

async function revokeOwnKeys(tx: Tx, personId: string): Promise<string[]> {
  const own = exists(tx.select({ id: agent.id }).from(agent).where(and(eq(agent.id, apiKey.agentId), eq(agent.ownerId, personId))));
  const rows = await tx
    .update(apiKey)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKey.createdBy, personId), isNull(apiKey.revokedAt), own))
    .returning({ name: apiKey.name, prefix: apiKey.prefix });
  return rows.map(({ name, prefix }) => `${name} (${prefix}…)`);
}

async function keysForOthers(tx: Tx, personId: string): Promise<string[]> {
  const rows = await tx
    .select({ name: apiKey.name, prefix: apiKey.prefix, agent: agent.name })
    .from(apiKey)
    .innerJoin(agent, eq(agent.id, apiKey.agentId))
    .where(and(eq(apiKey.createdBy, personId), isNull(apiKey.revokedAt), ne(agent.ownerId, personId), ne(agent.status, "retired")))
    .orderBy(apiKey.id);
  return rows.map((key) => `${key.name} (${key.prefix}…) of ${key.agent}`);
}
