import path from "node:path";
import { createAgent } from "@/lib/agents/create";
import { setAgentStatus } from "@/lib/agents/set-status";
import { agentScopes } from "@/lib/ability/permissions";
import { setBudget } from "@/lib/budgets/set";
import { database } from "@/lib/database";
import { systemCtx } from "@/lib/ctx/system";
import { createKey } from "@/lib/keys/create";
import type { PolicyContent } from "@/lib/policies/content";
import { closeSession, seedOrganization } from "@/scripts/demo/organization";
import { writePrivate } from "@/scripts/start/secrets";

/**
 * Makes the organization in which the faults happen, by the verbs that people use: the demo's people and places, agents
 * that share budgets, and some whose own budget is small. Prints `{"file": "…"}` with everything that a player needs.
 */
const unit = 1_000_000;
/** Each reaches its budget's threshold once. */
const freshAgents = 24;
const policy: PolicyContent = {
  level: "standard",
  tools: [
    { tool: "sandbox.*", mode: "allowed", costCeilingMicros: null },
    { tool: "erp.read", mode: "allowed", costCeilingMicros: null },
    { tool: "payments.*", mode: "approval", costCeilingMicros: null },
  ],
  costThresholdMicros: unit / 2,
  riskThreshold: "HIGH",
  maxRunSeconds: 60,
  maxConcurrentRuns: 4,
  maxWaitingApprovals: 1_000,
  approvalTtlSeconds: 86_400,
};

const { admin, organization, people, places } = await seedOrganization();
const ownerId = people.find((person) => person.role === "agent_manager")?.id ?? "";
const month = { period: "month" as const, timeZone: "UTC", hard: true, thresholds: [80, 100] };
await setBudget(admin, { ...month, scopeType: "organization", scopeId: admin.organizationId, capMicros: 1_000_000 * unit });
await setBudget(admin, { ...month, scopeType: "workspace", scopeId: places.finance.id, capMicros: 500_000 * unit });

const agents = [];
for (const name of ["Worker 1", "Worker 2", "Worker 3", "Poor", ...Array.from({ length: freshAgents }, (_, at) => `Fresh ${at + 1}`)]) {
  const place = { workspaceId: places.finance.id, projectId: places.finance.expenses };
  const { id } = await createAgent(admin, { name, kind: "analyst", ownerId, ...place, policy });
  await setAgentStatus(admin, { id, status: "active" });
  const key = await createKey(systemCtx("demo", admin.organizationId), { agentId: id, name: "Key", scopes: [...agentScopes] });
  if (!name.startsWith("Worker")) await setBudget(admin, { ...month, scopeType: "agent", scopeId: id, capMicros: name === "Poor" ? 5 * unit : unit });
  agents.push({ id, name, apiKey: key.key });
}
await closeSession(admin);

const file = path.join(process.env.COUNTERSIGN_DATA_DIR ?? ".data", "players.json");
writePrivate(file, JSON.stringify({ organizationId: organization.id, agents, people: people.map(({ email, password, role }) => ({ email, password, role })) }));
await database().sql.end({ timeout: 5 });
console.log(JSON.stringify({ file }));
process.exit(0);
