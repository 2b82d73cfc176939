import { agent, agentPolicy, apiKey } from "@/db/schema/agent";
import { organization, project, workspace } from "@/db/schema/organization";
import { person, roleGrant, session } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { agentScopes } from "@/lib/ability/permissions";
import { setBudget, type SetBudgetInput } from "@/lib/budgets/set";
import { loadPersonCtx } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { hashKey, makeKey } from "@/lib/keys/format";
import { longestSessionMs } from "@/lib/security/limits";

/** One organization in which everything happens: who acts, and on what budgets. Plain, so that it travels to workers. */
export type World = {
  organizationId: string;
  agents: { id: string; apiKey: string; scopeIds: string[] }[];
  /** Sessions of people who decide, and of who sets budgets. */
  supervisors: string[];
  banker: string;
  budgets: (SetBudgetInput & { id: string })[];
};

/** Two workspaces with a project and two agents each, and budgets on every level, most of them hard and small. */
export async function makeWorld(): Promise<World> {
  const organizationId = newId();
  const owner = newId();
  await inTenant(database(), organizationId, async (tx) => {
    await tx.insert(organization).values({ id: organizationId, name: "Checked", slug: `checked-${organizationId}` });
    await tx.insert(person).values({ id: owner, organizationId, email: `owner-${owner}@example.test`, name: "Owner", status: "active" });
  });
  const [banker, ...supervisors] = [await signIn(organizationId, "billing_admin"), await signIn(organizationId, "supervisor"), await signIn(organizationId, "supervisor")];
  const world: World = { organizationId, agents: [], supervisors, banker, budgets: [] };
  await budgetOn(world, "organization", organizationId, "day", 14_000_000, true);
  for (const name of ["one", "two"]) {
    const [workspaceId, projectId] = [newId(), newId()];
    await inTenant(database(), organizationId, async (tx) => {
      await tx.insert(workspace).values({ id: workspaceId, organizationId, name, slug: name });
      await tx.insert(project).values({ id: projectId, organizationId, workspaceId, name, slug: name });
    });
    await budgetOn(world, "workspace", workspaceId, "month", 8_000_000, true);
    await budgetOn(world, "project", projectId, "week", 5_000_000, false);
    for (const place of ["a", "b"]) {
      const { id, key } = await makeAgent({ organizationId, workspaceId, projectId, ownerId: owner, name: `${name} ${place}` });
      world.agents.push({ id, apiKey: key, scopeIds: [organizationId, workspaceId, projectId, id] });
      if (place === "a") await budgetOn(world, "agent", id, "day", 4_000_000, true);
    }
  }
  return world;
}

async function signIn(organizationId: string, role: "billing_admin" | "supervisor"): Promise<string> {
  const [personId, sessionId, now] = [newId(), newId(), new Date()];
  await inTenant(database(), organizationId, async (tx) => {
    await tx.insert(person).values({ id: personId, organizationId, email: `${personId}@example.test`, name: role, status: "active" });
    await tx.insert(roleGrant).values({ id: newId(), organizationId, personId, role, workspaceId: null, validFrom: now });
    await tx.insert(session).values({ id: sessionId, organizationId, personId, lastSeenAt: now, expiresAt: new Date(now.getTime() + longestSessionMs), ip: null, userAgent: null, provedAt: new Date(now.getTime() + longestSessionMs) });
  });
  return sessionId;
}

async function makeAgent(place: { organizationId: string; workspaceId: string; projectId: string; ownerId: string; name: string }): Promise<{ id: string; key: string }> {
  const [id, key] = [newId(), makeKey()];
  const { organizationId } = place;
  const tools = ["crm.*", "sandbox.*"].map((tool) => ({ tool, mode: "allowed" as const, costCeilingMicros: null }));
  await inTenant(database(), organizationId, async (tx) => {
    await tx.insert(agent).values({ ...place, id, kind: "analyst", status: "active", policyVersion: 1 });
    await tx.insert(agentPolicy).values({
      organizationId, agentId: id, version: 1, level: "standard", tools: [...tools, { tool: "mail.send", mode: "approval", costCeilingMicros: null }],
      costThresholdMicros: 8_000_000_000, riskThreshold: "HIGH", maxRunSeconds: 2, maxConcurrentRuns: 100, maxConcurrentTasks: 1_000_000, maxWaitingApprovals: 1_000_000,
    });
    await tx.insert(apiKey).values({ id: newId(), organizationId, agentId: id, name: "check", prefix: "cs_check", keyHash: hashKey(key), scopes: [...agentScopes] });
  });
  return { id, key };
}

async function budgetOn(world: World, scopeType: SetBudgetInput["scopeType"], scopeId: string, period: SetBudgetInput["period"], capMicros: number, hard: boolean): Promise<void> {
  const banker = await loadPersonCtx(world.banker, { requestId: newId(), ip: null, userAgent: null });
  if (!banker) throw new Error("the banker's session is gone");
  const input = { scopeType, scopeId, period, timeZone: noonZone(), capMicros, hard, thresholds: [80, 100] };
  const { id } = await setBudget(banker, input);
  world.budgets.push({ ...input, id });
}

/** A zone where it is about noon, so that no real window ends while this goes on. */
function noonZone(): string {
  const ahead = 12 - new Date().getUTCHours();
  return ahead === 0 ? "Etc/UTC" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}
