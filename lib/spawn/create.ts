import { and, eq, isNull, sql } from "drizzle-orm";
import { agent, agentPolicy, apiKey } from "@/db/schema/agent";
import { budget, budgetWindow, reservation } from "@/db/schema/budget";
import { spawnRequest } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { openWindows } from "@/lib/budgets/window";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { policyHash } from "@/lib/policies/policy-text";
import { beyondParent, exceeding, loadParent, type Parent } from "./parent";

/**
 * Makes the child that a person approved: active, under the parent's owner and in its place, managed by the parent, of the
 * same template, with a policy and a budget of its own. What it may spend is set aside in the parent's own budgets for as long as it lives.
 * Whatever changed about the parent since it asked ends it here.
 * @throws AppError `conflict`, `policy_denied`.
 */
export async function createSpawned(tx: Tx, approval: { id: string; organizationId: string }): Promise<AuditEntry[]> {
  const { organizationId } = approval;
  const [asked] = await tx.select().from(spawnRequest).where(eq(spawnRequest.approvalId, approval.id)).for("update");
  if (!asked || asked.childId) throw conflict("This request was carried out before.", "A child is made once.");
  const parent = await loadParent(tx, asked.parentId, asked.apiKeyId);
  const [key] = await tx.select({ scopes: apiKey.scopes }).from(apiKey).where(eq(apiKey.id, asked.apiKeyId));
  const changed = whatChanged(asked, parent);
  if (!parent || changed) throw conflict(`${changed ?? "The agent no longer exists"}, so approving would have no effect.`, "Reject it; the agent can ask again.");
  const windows = await openWindows(tx, [organizationId, parent.workspaceId, parent.projectId, parent.id], true);
  const found = beyondParent({ ...asked, parentScopes: key?.scopes ?? [], depth: parent.depth + 1 }, parent, windows);
  if (found.length > 0) throw exceeding(found);

  const [childId, budgetId] = [newId(), newId()];
  const place = { organizationId, workspaceId: parent.workspaceId, projectId: parent.projectId };
  const [made] = await tx
    .insert(agent)
    .values({ id: childId, ...place, name: asked.name, description: asked.purpose, kind: asked.kind, status: "active", ownerId: parent.ownerId, managerAgentId: parent.id, templateId: parent.templateId, policyVersion: 1 })
    .onConflictDoNothing()
    .returning({ id: agent.id });
  if (!made) throw conflict("There is an agent of this name in the workspace by now.", "Reject it; the agent can ask again with another name.");
  await tx.insert(agentPolicy).values({ ...asked.policy, limits: asked.policy.limits ?? {}, organizationId, agentId: childId, version: 1, note: `As asked for by ${parent.name} and approved`, createdBy: null });
  const limit = { period: "quarter", timeZone: "UTC", capMicros: asked.budgetMicros, hard: true, thresholds: [80, 100] } as const;
  await tx.insert(budget).values({ id: budgetId, organizationId, scopeType: "agent", scopeId: childId, workspaceId: parent.workspaceId, ...limit, thresholds: [...limit.thresholds] });
  await setAside(tx, asked, windows.filter(({ scopeId }) => scopeId === parent.id).map(({ windowId }) => windowId));
  await tx.update(spawnRequest).set({ childId }).where(and(eq(spawnRequest.id, asked.id), isNull(spawnRequest.childId)));
  const workspaceId = parent.workspaceId;
  return [
    {
      action: "agents.created",
      resource: { type: "agent", id: childId, name: asked.name, workspaceId },
      details: { spawnRequestId: asked.id, kind: asked.kind, project: parent.projectId, owner: parent.ownerId, managerAgent: parent.id, policy: asked.policy, policySha256: policyHash([asked.policy]), scopes: asked.scopes, endsAt: asked.endsAt.toISOString() },
    },
    { action: "budgets.set", resource: { type: "budget", id: budgetId, name: "agent budget", workspaceId }, details: { scopeType: "agent", scopeId: childId, before: null, after: { ...limit, thresholds: [...limit.thresholds] } } },
  ];
}

/** Also what a new version of a document, or of the policy, changed: the person saw what was in force when it was asked. */
function whatChanged(asked: typeof spawnRequest.$inferSelect, parent: Parent | null): string | null {
  if (!parent) return null;
  const now = parent.key.now ?? new Date();
  if (parent.status !== "active") return `The agent is ${parent.status} by now`;
  if (parent.key.revokedAt) return "The API key that this came with was revoked";
  if (parent.key.expiresAt && parent.key.expiresAt <= now) return "The API key that this came with has expired";
  if (parent.workspaceId !== asked.workspaceId || parent.projectId !== asked.projectId) return "The agent is elsewhere by now";
  if (parent.policyVersion !== asked.policyVersion || parent.policies !== asked.policies) return "What the agent may do changed since it asked";
  if (asked.endsAt <= now) return "The child's time is over already";
  return null;
}

/** In the parent's own budgets; those that it shares with its child count what the child spends by themselves. */
async function setAside(tx: Tx, asked: typeof spawnRequest.$inferSelect, windowIds: string[]): Promise<void> {
  if (windowIds.length === 0) return;
  await tx.insert(reservation).values({ id: newId(), organizationId: asked.organizationId, actionId: asked.id, windowIds, amountMicros: asked.budgetMicros, status: "held", expiresAt: asked.endsAt });
  await tx.update(budgetWindow).set({ reservedMicros: sql`${budgetWindow.reservedMicros} + ${asked.budgetMicros}` }).where(sql`${budgetWindow.id} = any(${sql.param(windowIds)}::uuid[])`);
}
