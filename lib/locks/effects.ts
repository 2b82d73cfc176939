import { and, eq, gt, inArray, isNull, ne, sql, type SQL } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { action, approval } from "@/db/schema/action";
import { agent, apiKey } from "@/db/schema/agent";
import type { LockLine } from "@/db/schema/lock";
import { person, roleGrant, session } from "@/db/schema/people";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { grantInForce } from "@/lib/ctx/held-roles";
import { deviceName } from "@/lib/sessions/device";
import { openSessions } from "@/lib/sessions/open";
import { agentsFrom } from "@/lib/spawn/family";
import type { Lockable } from "./target";
import type { LockEffect } from "./words";

const mostNames = 20;
/** A request waits a week at most, and what was allowed begins within a day. */
const oldestOpen = sql`now() - interval '9 days'`;

/** What a lock on this would stop at this moment, each with the names of the first of them. Lines that say nothing are left out. */
export async function effectsOf(tx: Tx, of: Lockable): Promise<LockLine[]> {
  const lines = await linesOf(tx, of);
  return lines.filter(({ count }) => count > 0);
}

async function linesOf(tx: Tx, of: Lockable): Promise<LockLine[]> {
  switch (of.kind) {
    case "person":
      return [line("sessions", (await openSessions(tx, of.target)).map(({ userAgent }) => deviceName(userAgent))), await agentsKept(tx, of.target)];
    case "role":
      return [await holders(tx, of.target)];
    case "device":
      return [await sessionsOn(tx, of.target)];
    case "key":
    case "agent":
    case "tool":
    case "workspace":
    case "organization":
    case "approval":
      return [...(await callers(tx, of)), ...(await work(tx, of))];
  }
}

/** SQL: actions that a lock on this stops. */
export function actionsUnder({ kind, target, workspaceId }: Lockable): SQL {
  switch (kind) {
    case "key":
      return eq(action.apiKeyId, target);
    case "agent":
      return familyOf(action.agentId, target);
    case "workspace":
      return eq(action.workspaceId, target);
    case "organization":
      return eq(action.organizationId, target);
    case "approval":
      return sql`${action.id} = (select ${approval.actionId} from ${approval} where ${approval.id} = ${target})`;
    case "tool":
      // The same as `globs` says.
      return sql`replace(${action.tool}, '/', '.') like ${target.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%")} and ${workspaceId === null ? sql`true` : eq(action.workspaceId, workspaceId)}`;
    case "person":
    case "role":
    case "device":
      return sql`false`;
  }
}

/** SQL: this agent, and all that it had made, which a lock on it stops too: they act for it. */
function familyOf(column: AnyPgColumn, agentId: string): SQL {
  return sql`${column} in (select down.id from ${agentsFrom(agentId)})`;
}

/** SQL: runs that a lock on this ends. What waits for a person stays, to be decided once the lock is lifted. */
export function runsUnder(tx: Tx, of: Lockable): SQL | undefined {
  const begun = tx.select({ id: action.id }).from(action).where(and(actionsUnder(of), inArray(action.status, ["allowed", "running"]), gt(action.createdAt, oldestOpen)));
  return and(isNull(run.finishedAt), inArray(run.actionId, begun));
}

async function work(tx: Tx, of: Lockable): Promise<LockLine[]> {
  const inTime = and(actionsUnder(of), gt(action.createdAt, oldestOpen));
  const [runs, grants, waiting] = await Promise.all([
    tx.select({ name: action.tool, count: total }).from(run).innerJoin(action, eq(action.id, run.actionId)).where(runsUnder(tx, of)).limit(mostNames),
    tx
      .select({ name: action.tool, count: total })
      .from(action)
      .leftJoin(run, eq(run.actionId, action.id))
      .where(and(inTime, eq(action.status, "allowed"), isNull(run.id), gt(action.grantExpiresAt, sql`now()`)))
      .limit(mostNames),
    tx
      .select({ name: sql<string>`coalesce(${action.tool}, case ${approval.kind} when 'spawn' then 'a new agent' when 'access' then 'a lease' else 'more money' end)`, count: total })
      .from(approval)
      .leftJoin(action, eq(action.id, approval.actionId))
      .where(and(eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`), requestsUnder(of)))
      .limit(mostNames),
  ]);
  return [counted("runs", runs), counted("grants", grants), counted("waiting", waiting)];
}

function requestsUnder(of: Lockable): SQL | undefined {
  if (of.kind === "approval") return eq(approval.id, of.target);
  if (of.kind === "agent") return familyOf(approval.agentId, of.target);
  if (of.kind === "workspace") return and(eq(approval.workspaceId, of.target), sql`${approval.agentId} is not null`);
  if (of.kind === "organization") return and(eq(approval.organizationId, of.target), sql`${approval.agentId} is not null`);
  return actionsUnder(of);
}

async function callers(tx: Tx, { kind, target }: Lockable): Promise<LockLine[]> {
  if (kind !== "agent" && kind !== "workspace" && kind !== "organization") return [];
  const whose = { agent: familyOf(agent.id, target), workspace: eq(agent.workspaceId, target), organization: eq(agent.organizationId, target) }[kind];
  const keys = await tx
    .select({ name: sql<string>`${apiKey.name} || ' (' || ${apiKey.prefix} || '…)'`, count: total })
    .from(apiKey)
    .innerJoin(agent, eq(agent.id, apiKey.agentId))
    .where(and(whose, isNull(apiKey.revokedAt), sql`(${apiKey.expiresAt} is null or ${apiKey.expiresAt} > now())`))
    .limit(mostNames);
  const agents = await tx.select({ name: agent.name, count: total }).from(agent).where(and(whose, eq(agent.status, "active"))).limit(mostNames);
  // Of one agent alone the lock's own name says it.
  if (kind === "agent" && (agents[0]?.count ?? 0) < 2) return [counted("keys", keys)];
  return [counted("agents", agents), counted("keys", keys)];
}

async function holders(tx: Tx, role: string): Promise<LockLine> {
  const held = tx.select({ id: roleGrant.personId }).from(roleGrant).where(and(eq(roleGrant.role, role), grantInForce(sql`now()`)));
  return counted("people", await tx.select({ name: person.name, count: total }).from(person).where(and(eq(person.status, "active"), inArray(person.id, held))).limit(mostNames));
}

async function agentsKept(tx: Tx, ownerId: string): Promise<LockLine> {
  return counted("agentsKept", await tx.select({ name: agent.name, count: total }).from(agent).where(and(eq(agent.ownerId, ownerId), ne(agent.status, "retired"))).limit(mostNames));
}

async function sessionsOn(tx: Tx, deviceId: string): Promise<LockLine> {
  const rows = await tx
    .select({ name: person.name, count: total })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .where(and(eq(session.deviceId, deviceId), isNull(session.revokedAt), gt(session.expiresAt, sql`now()`)))
    .limit(mostNames);
  return counted("sessions", rows);
}

const total = sql<number>`count(*) over ()::int`;

function counted(effect: LockEffect, rows: readonly { name: string; count: number }[]): LockLine {
  return { effect, count: rows[0]?.count ?? 0, names: rows.map(({ name }) => name) };
}

function line(effect: LockEffect, names: readonly string[]): LockLine {
  return { effect, count: names.length, names: names.slice(0, mostNames) };
}
