import { and, count, eq, gt, gte, isNotNull, isNull, notLike, or, sql, sum } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { action } from "@/db/schema/action";
import { agent, agentPolicy, apiKey } from "@/db/schema/agent";
import { agentTemplate } from "@/db/schema/agent-template";
import { project, workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, may } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { loadCurrency } from "@/lib/workspaces/load";
import { nextStatuses, type AgentStatus } from "./lifecycle";

type Named = { id: string; name: string };

export type AgentView = {
  id: string;
  name: string;
  description: string;
  kind: (typeof agent.$inferSelect)["kind"];
  status: AgentStatus;
  policyVersion: number;
  createdAt: Date;
  workspace: Named;
  project: Named;
  template: (Named & { archived: boolean }) | null;
  owner: Named & { email: string };
  manager: (Named & { kind: "person" | "agent" }) | null;
  manages: number;
  keys: number;
  currency: string;
  /** Settled cost of the actions of the last 24 hours and of the last 30 days. */
  spend: { dayMicros: number; monthMicros: number };
  /** What it carries out itself now, what of it waits for its turn, and how much may be under way at once. */
  tasks: { running: number; waiting: number; limit: number };
  can: { update: boolean; viewPolicy: boolean; viewKeys: boolean; createKeys: boolean; viewActions: boolean; viewRuns: boolean; next: AgentStatus[] };
};

const dayMs = 86_400_000;

/** One agent with who answers for it. @throws AppError `not_found`. */
export async function loadAgent(ctx: Ctx, input: { id: string }): Promise<AgentView> {
  return read(ctx, async (tx) => {
    const managerAgent = alias(agent, "manager_agent");
    const managerPerson = alias(person, "manager_person");
    const [row] = await tx
      .select({
        agent,
        workspace: workspace.name,
        project: project.name,
        ownerName: person.name,
        ownerEmail: person.email,
        template: { name: agentTemplate.name, archivedAt: agentTemplate.archivedAt },
        managerAgent: managerAgent.name,
        managerPerson: managerPerson.name,
      })
      .from(agent)
      .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
      .innerJoin(project, eq(project.id, agent.projectId))
      .innerJoin(person, eq(person.id, agent.ownerId))
      .leftJoin(agentTemplate, eq(agentTemplate.id, agent.templateId))
      .leftJoin(managerAgent, eq(managerAgent.id, agent.managerAgentId))
      .leftJoin(managerPerson, eq(managerPerson.id, agent.managerPersonId))
      .where(eq(agent.id, input.id));
    if (!row) throw notFound("agent");
    const found = row.agent;
    const target = { workspaceId: found.workspaceId, agentId: found.id };
    authorize(tx, ctx, "agents", "read", target);
    return {
      id: found.id,
      name: found.name,
      description: found.description,
      kind: found.kind,
      status: found.status,
      policyVersion: found.policyVersion,
      createdAt: found.createdAt,
      workspace: { id: found.workspaceId, name: row.workspace },
      project: { id: found.projectId, name: row.project },
      template: found.templateId ? { id: found.templateId, name: row.template?.name ?? "Unknown", archived: Boolean(row.template?.archivedAt) } : null,
      owner: { id: found.ownerId, name: row.ownerName, email: row.ownerEmail },
      manager: managerOf(found, row),
      manages: await countManaged(tx, found.id),
      keys: await countKeys(tx, found.id),
      currency: await loadCurrency(tx),
      spend: { dayMicros: await spendSince(tx, found.id, dayMs), monthMicros: await spendSince(tx, found.id, 30 * dayMs) },
      tasks: await tasksOf(tx, found.id),
      can: {
        update: found.status !== "retired" && may(ctx, "agents", "update", target),
        viewPolicy: may(ctx, "policies", "view", target),
        viewKeys: may(ctx, "keys", "view", target),
        createKeys: found.status !== "retired" && may(ctx, "keys", "create", target),
        viewActions: may(ctx, "actions", "view", target),
        viewRuns: may(ctx, "runs", "view", target),
        next: nextStatuses[found.status].filter((status) => may(ctx, "agents", status === "retired" ? "delete" : "update", target)),
      },
    };
  });
}

function managerOf(found: typeof agent.$inferSelect, names: { managerAgent: string | null; managerPerson: string | null }): AgentView["manager"] {
  if (found.managerAgentId) return { kind: "agent", id: found.managerAgentId, name: names.managerAgent ?? "Unknown" };
  if (found.managerPersonId) return { kind: "person", id: found.managerPersonId, name: names.managerPerson ?? "Unknown" };
  return null;
}

async function countManaged(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.select({ n: count() }).from(agent).where(eq(agent.managerAgentId, id));
  return row?.n ?? 0;
}

async function countKeys(tx: Tx, id: string): Promise<number> {
  const inForce = and(eq(apiKey.agentId, id), isNull(apiKey.revokedAt), or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, new Date())));
  const [row] = await tx.select({ n: count() }).from(apiKey).where(inForce);
  return row?.n ?? 0;
}

async function spendSince(tx: Tx, id: string, spanMs: number): Promise<number> {
  const [row] = await tx
    .select({ micros: sum(action.actualCostMicros) })
    .from(action)
    .where(and(eq(action.agentId, id), gte(action.createdAt, new Date(Date.now() - spanMs))));
  return Number(row?.micros ?? 0);
}

async function tasksOf(tx: Tx, agentId: string): Promise<AgentView["tasks"]> {
  const own = and(eq(action.agentId, agentId), notLike(action.tool, "sandbox.%"));
  const waits = and(eq(action.agentId, agentId), eq(action.status, "allowed"), isNotNull(action.queuedAt), gt(action.grantExpiresAt, sql`now()`));
  const [running] = await tx.select({ tasks: count() }).from(action).where(and(own, eq(action.status, "running")));
  const [waiting] = await tx.select({ tasks: count() }).from(action).where(waits);
  const [policy] = await tx.select({ limit: agentPolicy.maxConcurrentTasks }).from(agentPolicy).innerJoin(agent, and(eq(agent.id, agentPolicy.agentId), eq(agent.policyVersion, agentPolicy.version))).where(eq(agent.id, agentId));
  return { running: running?.tasks ?? 0, waiting: waiting?.tasks ?? 0, limit: policy?.limit ?? 0 };
}
