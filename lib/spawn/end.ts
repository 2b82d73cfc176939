import { and, asc, eq, inArray, isNotNull, isNull, lte, ne, sql } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { budget, budgetWindow } from "@/db/schema/budget";
import { spawnRequest } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import { settleReservation } from "@/lib/budgets/settle";
import type { Ctx } from "@/lib/ctx/ctx";
import { publish } from "@/lib/live/publish";
import { read, transact } from "@/lib/transact";

const perTick = 500;

/** Ends children whose time is over: they are retired, their keys revoked, and what they did not spend is given back to their parents. */
export async function endChildren(ctx: Ctx): Promise<number> {
  const due = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "agents", "update");
    return tx
      .select({ childId: spawnRequest.childId })
      .from(spawnRequest)
      .where(and(isNotNull(spawnRequest.childId), isNull(spawnRequest.endedAt), lte(spawnRequest.endsAt, sql`now()`)))
      .orderBy(asc(spawnRequest.endsAt), asc(spawnRequest.id))
      .limit(perTick);
  });
  let ended = 0;
  for (const { childId } of due) if (childId && (await retire(ctx, childId))) ended += 1;
  return ended;
}

function retire(ctx: Ctx, childId: string): Promise<boolean> {
  return transact<boolean>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "agents", "update");
    const [before] = await tx.select().from(agent).where(eq(agent.id, childId)).for("update");
    if (!before) return { value: false, audit: noAudit("there is no such agent any more") };
    const [row] = await tx.update(agent).set({ status: "retired" }).where(and(eq(agent.id, childId), ne(agent.status, "retired"))).returning({ id: agent.id });
    const revoked = await tx.update(apiKey).set({ revokedAt: sql`now()` }).where(and(eq(apiKey.agentId, childId), isNull(apiKey.revokedAt))).returning({ id: apiKey.id });
    publish(tx, ctx.organizationId, `access:${childId}`);
    const below = await endWithParent(tx, { id: childId, status: "retired" });
    if (!row) return { value: true, audit: below.length > 0 ? below : noAudit("it was retired before") };
    const entry: AuditEntry = {
      action: "agents.status_changed",
      resource: { type: "agent", id: childId, name: before.name, workspaceId: before.workspaceId },
      details: { before: before.status, after: "retired", revokedKeys: revoked.length, reason: "its time as a child is over" },
    };
    return { value: true, audit: [entry, ...below] };
  });
}

/**
 * What follows when an agent is suspended or retired: its living children, and theirs, are suspended with it. A child that
 * is retired gives back to its parent what it did not spend. Gives the events.
 */
export async function endWithParent(tx: Tx, of: { id: string; status: "suspended" | "retired" }): Promise<AuditEntry[]> {
  if (of.status === "retired") await giveBack(tx, of.id);
  const entries: AuditEntry[] = [];
  let parents = [of.id];
  while (parents.length > 0) {
    const children = await tx
      .select({ id: agent.id, name: agent.name, workspaceId: agent.workspaceId })
      .from(spawnRequest)
      .innerJoin(agent, eq(agent.id, spawnRequest.childId))
      .where(and(inArray(spawnRequest.parentId, parents), isNull(spawnRequest.endedAt), eq(agent.status, "active")))
      .orderBy(asc(agent.id))
      .for("update", { of: agent });
    parents = children.map(({ id }) => id);
    if (parents.length > 0) await tx.update(agent).set({ status: "suspended" }).where(inArray(agent.id, parents));
    for (const { id, name, workspaceId } of children) {
      entries.push({ action: "agents.status_changed", resource: { type: "agent", id, name, workspaceId }, details: { before: "active", after: "suspended", reason: "its parent ended", parent: of.id } });
    }
  }
  return entries;
}

/** Settles what was set aside for the child in its parent's budgets at what the child's own have counted. */
async function giveBack(tx: Tx, childId: string): Promise<void> {
  const [ended] = await tx.update(spawnRequest).set({ endedAt: sql`now()` }).where(and(eq(spawnRequest.childId, childId), isNull(spawnRequest.endedAt))).returning({ id: spawnRequest.id });
  if (!ended) return;
  const [spent] = await tx
    .select({ micros: sql`coalesce(sum(${budgetWindow.committedMicros} + ${budgetWindow.overrunMicros} + ${budgetWindow.reservedMicros}), 0)`.mapWith(Number) })
    .from(budgetWindow)
    .innerJoin(budget, eq(budget.id, budgetWindow.budgetId))
    .where(and(eq(budget.scopeType, "agent"), eq(budget.scopeId, childId)));
  await settleReservation(tx, ended.id, spent?.micros ?? 0);
}

/** Whether the agent that a child was made by is active; true for an agent that nobody spawned. */
export async function isParentActive(tx: Tx, childId: string): Promise<boolean> {
  const [row] = await tx.select({ status: agent.status }).from(spawnRequest).innerJoin(agent, eq(agent.id, spawnRequest.parentId)).where(eq(spawnRequest.childId, childId));
  return !row || row.status === "active";
}
