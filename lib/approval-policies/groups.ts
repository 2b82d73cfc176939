import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { budget } from "@/db/schema/budget";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { DocumentPlace } from "@/lib/governance/place";
import type { ApprovalRule } from "./content";

const mostGroups = 300;

/** Requests for which the same people count. `ofPerson`: somebody asks for more money themselves, so there is no agent. */
export type Group = {
  kind: "action" | "budget" | "spawn" | "access";
  workspaceId: string | null;
  workspaceName: string;
  ownerId: string | null;
  ownerName: string;
  keyMakerId: string | null;
  managerId: string | null;
  ofPerson: boolean;
};

/** For whom a rule is asked: one of each workspace, owner, maker of a key and manager of the agents that it covers; whoever asks for money there themselves; at least the place itself. */
export async function groupsOf(tx: Tx, place: DocumentPlace, rule: ApprovalRule): Promise<Group[]> {
  const groups = [...(await ofAgents(tx, place, rule)), ...(await ofPeople(tx, place, rule))];
  if (groups.length > 0) return groups;
  return [{ kind: kindOf(rule), workspaceId: place.workspaceId, workspaceName: place.name, ownerId: null, ownerName: "", keyMakerId: null, managerId: null, ofPerson: false }];
}

async function ofAgents(tx: Tx, place: DocumentPlace, rule: ApprovalRule): Promise<Group[]> {
  const { match } = rule;
  const within = [
    place.workspaceId === null ? undefined : eq(agent.workspaceId, place.workspaceId),
    match.workspaceIds ? inArray(agent.workspaceId, match.workspaceIds) : undefined,
    match.agentIds ? inArray(agent.id, match.agentIds) : undefined,
  ];
  const managerId = sql<string | null>`coalesce(${agent.managerPersonId}, (select m.owner_id from agent m where m.id = ${agent.managerAgentId}))`;
  const rows = await tx
    .selectDistinct({ workspaceId: agent.workspaceId, workspaceName: workspace.name, ownerId: agent.ownerId, ownerName: person.name, keyMakerId: apiKey.createdBy, managerId: managerId.as("manager_id") })
    .from(agent)
    .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
    .innerJoin(person, eq(person.id, agent.ownerId))
    .leftJoin(apiKey, and(eq(apiKey.agentId, agent.id), isNull(apiKey.revokedAt)))
    .where(and(...within, ne(agent.status, "retired"), isNull(workspace.archivedAt)))
    .limit(mostGroups);
  return rows.map((row) => ({ ...row, kind: kindOf(rule), ofPerson: false }));
}

/** People ask for more money where there are budgets, those of the whole organization included. */
async function ofPeople(tx: Tx, place: DocumentPlace, { match }: ApprovalRule): Promise<Group[]> {
  const isAboutMoney = (match.kinds === null || match.kinds.includes("budget")) && match.tools === null && match.agentIds === null;
  if (!isAboutMoney) return [];
  const rows = await tx
    .selectDistinct({ workspaceId: budget.workspaceId, workspaceName: sql<string>`coalesce(${workspace.name}, ${place.name})`.as("workspace_name") })
    .from(budget)
    .leftJoin(workspace, eq(workspace.id, budget.workspaceId))
    .where(
      and(
        isNull(budget.archivedAt), isNull(workspace.archivedAt),
        place.workspaceId === null ? undefined : eq(budget.workspaceId, place.workspaceId),
        match.workspaceIds ? inArray(budget.workspaceId, match.workspaceIds) : undefined,
      ),
    )
    .limit(mostGroups);
  return rows.map((row) => ({ ...row, kind: "budget", ownerId: null, ownerName: "", keyMakerId: null, managerId: null, ofPerson: true }));
}

const kindOf = ({ match }: ApprovalRule) => (match.kinds?.length === 1 ? (match.kinds[0] ?? "action") : "action");
