import { randomBytes } from "node:crypto";
import { agent, agentPolicy, apiKey, type ToolCapability, type UseLimits } from "@/db/schema/agent";
import { organization, project, workspace } from "@/db/schema/organization";
import { person, roleGrant, session } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { abilityOfAgent } from "@/lib/ability/define";
import { agentScopes, type Role } from "@/lib/ability/permissions";
import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { loadPersonCtx } from "@/lib/ctx/person";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { longestSessionMs } from "@/lib/security/limits";

export const standardTools: ToolCapability[] = [
  { tool: "sandbox.*", mode: "allowed", costCeilingMicros: null },
  { tool: "crm.*", mode: "allowed", costCeilingMicros: null },
  { tool: "mail.send", mode: "approval", costCeilingMicros: null },
];

/**
 * One organization with a workspace, a project, an active agent with a key, and people on demand:
 * `const { organizationId, agent, as } = await tenant(); const supervisor = await as("supervisor");`
 */
export async function tenant(options: { tools?: ToolCapability[]; costThresholdMicros?: number; maxWaitingApprovals?: number; maxConcurrentTasks?: number; limits?: UseLimits } = {}) {
  const ids = { organizationId: newId(), workspaceId: newId(), projectId: newId(), agentId: newId(), ownerId: newId() };
  const { organizationId } = ids;
  const tag = randomBytes(4).toString("hex");
  const info = { requestId: newId(), ip: "192.0.2.1", userAgent: "test" };
  const keyId = newId();
  await inTenant(database(), organizationId, async (tx) => {
    await tx.insert(organization).values({ id: organizationId, name: `Org ${tag}`, slug: `org-${tag}` });
    await tx.insert(workspace).values({ id: ids.workspaceId, organizationId, name: "Finance", slug: "finance" });
    await tx.insert(project).values({ id: ids.projectId, organizationId, workspaceId: ids.workspaceId, name: "Expenses", slug: "expenses" });
    await tx.insert(person).values({ id: ids.ownerId, organizationId, email: `owner-${tag}@example.test`, name: "Olga Owner", status: "active" });
    await tx.insert(agent).values({
      id: ids.agentId, organizationId, workspaceId: ids.workspaceId, projectId: ids.projectId, name: "Expense analyst",
      kind: "analyst", status: "active", ownerId: ids.ownerId, policyVersion: 1,
    });
    await tx.insert(agentPolicy).values({
      organizationId, agentId: ids.agentId, version: 1, level: "standard", tools: options.tools ?? standardTools,
      costThresholdMicros: options.costThresholdMicros ?? 1_000_000, riskThreshold: "HIGH",
      maxWaitingApprovals: options.maxWaitingApprovals ?? 100, maxConcurrentTasks: options.maxConcurrentTasks ?? 100, limits: options.limits ?? {},
    });
    await tx.insert(apiKey).values({
      id: keyId, organizationId, agentId: ids.agentId, name: "test", prefix: "cs_test", keyHash: randomBytes(32), scopes: [...agentScopes],
    });
  });
  const agentCtx: AgentCtx = {
    organizationId,
    actor: { kind: "agent", id: ids.agentId, name: "Expense analyst", apiKeyId: keyId, scopes: agentScopes, workspaceId: ids.workspaceId, projectId: ids.projectId },
    ability: abilityOfAgent(ids.agentId, agentScopes),
    ...info,
  };
  return {
    ...ids,
    apiKeyId: keyId,
    agent: agentCtx,
    as: (role: Role, workspaceId: string | null = null) => member(organizationId, role, workspaceId),
    owner: () => signIn(organizationId, ids.ownerId, "organization_admin", null),
  };
}

/** A new person with one role, signed in. */
async function member(organizationId: string, role: Role, workspaceId: string | null): Promise<PersonCtx> {
  const id = newId();
  await inTenant(database(), organizationId, async (tx) => {
    await tx.insert(person).values({ id, organizationId, email: `${role}-${id}@example.test`, name: role.replaceAll("_", " "), status: "active" });
  });
  return signIn(organizationId, id, role, workspaceId);
}

async function signIn(organizationId: string, personId: string, role: Role, workspaceId: string | null): Promise<PersonCtx> {
  const sessionId = newId();
  const now = new Date();
  await inTenant(database(), organizationId, async (tx) => {
    await tx.insert(roleGrant).values({ id: newId(), organizationId, personId, role, workspaceId, validFrom: now }).onConflictDoNothing();
    await tx.insert(session).values({
      id: sessionId, organizationId, personId, lastSeenAt: now, expiresAt: new Date(now.getTime() + longestSessionMs), ip: "192.0.2.1", userAgent: "test",
      // They have no password to prove, so they stay as if they had come in just now, however long a test takes.
      provedAt: new Date(now.getTime() + longestSessionMs),
    });
  });
  const ctx = await loadPersonCtx(sessionId, { requestId: newId(), ip: "192.0.2.1", userAgent: "test" });
  if (!ctx) throw new Error(`the test person with role ${role} has no context`);
  return ctx;
}
