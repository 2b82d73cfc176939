import { createAgent } from "@/lib/agents/create";
import { setAgentStatus } from "@/lib/agents/set-status";
import { abilityOfAgent } from "@/lib/ability/define";
import { agentScopes } from "@/lib/ability/permissions";
import { setBudget } from "@/lib/budgets/set";
import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import type { PolicyContent } from "@/lib/policies/content";
import type { DemoPerson, Places } from "./organization";

export type DemoAgent = { id: string; name: string; apiKey: string; ctx: AgentCtx };

const unit = 1_000_000;
const standard: PolicyContent = {
  level: "standard",
  tools: [
    { tool: "sandbox.*", mode: "allowed", costCeilingMicros: null },
    { tool: "crm.*", mode: "allowed", costCeilingMicros: unit },
    { tool: "erp.read", mode: "allowed", costCeilingMicros: null },
    { tool: "mail.send", mode: "approval", costCeilingMicros: null },
    { tool: "payments.*", mode: "approval", costCeilingMicros: 50 * unit },
    { tool: "iam.*", mode: "blocked", costCeilingMicros: null },
  ],
  costThresholdMicros: unit / 2,
  riskThreshold: "HIGH",
  maxRunSeconds: 60,
  maxConcurrentRuns: 2,
  maxWaitingApprovals: 100,
  approvalTtlSeconds: 86_400,
};

/** Agents with one key each, and the budgets that bound them. */
export async function seedAgents(admin: PersonCtx, places: Places, people: readonly DemoPerson[]): Promise<DemoAgent[]> {
  const manager = people.find((person) => person.role === "agent_manager");
  if (!manager) throw new Error("the demo has no agent manager");
  await seedBudgets(admin, places);
  const make = (fields: Pick<Parameters<typeof createAgent>[1], "name" | "description" | "kind" | "workspaceId" | "projectId">, policy: PolicyContent) =>
    seedAgent(admin, { ...fields, ownerId: manager.id }, policy);
  const { finance, support } = places;
  return [
    await make({ name: "Expense analyst", description: "Checks expense reports and sums them up.", kind: "analyst", workspaceId: finance.id, projectId: finance.expenses }, standard),
    await make({ name: "Invoice clerk", description: "Matches supplier invoices with orders and prepares payments.", kind: "coordinator", workspaceId: finance.id, projectId: finance.invoices }, standard),
    await make({ name: "Ticket writer", description: "Drafts answers to customers.", kind: "writer", workspaceId: support.id, projectId: support.tickets }, { ...standard, level: "strict" }),
    await make({ name: "Trend researcher", description: "Computes on what it is given, without any access outside.", kind: "researcher", workspaceId: support.id, projectId: support.tickets }, { ...standard, level: "isolated" }),
  ];
}

async function seedAgent(admin: PersonCtx, fields: Parameters<typeof createAgent>[1], policy: PolicyContent): Promise<DemoAgent> {
  const { id } = await createAgent(admin, { ...fields, policy });
  await setAgentStatus(admin, { id, status: "active" });
  const key = await createKey(systemCtx("demo", admin.organizationId), { agentId: id, name: "First key", scopes: [...agentScopes] });
  return {
    id,
    name: fields.name,
    apiKey: key.key,
    ctx: {
      organizationId: admin.organizationId,
      actor: { kind: "agent", id, name: fields.name, apiKeyId: key.id, scopes: agentScopes, workspaceId: fields.workspaceId, projectId: fields.projectId },
      ability: abilityOfAgent(id, agentScopes),
      requestId: newId(),
      ip: null,
      userAgent: "Demo data",
    },
  };
}

async function seedBudgets(admin: PersonCtx, { finance, support }: Places): Promise<void> {
  const month = { period: "month" as const, timeZone: "UTC", hard: true, thresholds: [80, 100] };
  await setBudget(admin, { ...month, scopeType: "organization", scopeId: admin.organizationId, capMicros: 500 * unit });
  await setBudget(admin, { ...month, scopeType: "workspace", scopeId: finance.id, capMicros: 100 * unit });
  await setBudget(admin, { ...month, scopeType: "project", scopeId: finance.expenses, capMicros: 5 * unit });
  await setBudget(admin, { ...month, scopeType: "project", scopeId: support.tickets, capMicros: 40 * unit, hard: false });
}
