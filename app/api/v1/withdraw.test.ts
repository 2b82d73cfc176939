import { describe, expect, it } from "vitest";
import { decideApproval } from "@/lib/approvals/decide";
import { loadApproval } from "@/lib/approvals/load";
import { setBudget } from "@/lib/budgets/set";
import { newId } from "@/lib/id";
import { useLeaseKey } from "@/lib/leases/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

useTestDatabase();
useLeaseKey();

const child = (name: string) => ({ name, kind: "analyst", purpose: "Reads one thing.", tools: [], budgetMicros: 1, lifeSeconds: 60 });
const lease = { tools: ["mail.send"], costEachMicros: 10, costTotalMicros: 100, maxUses: 5, lifeSeconds: 600, reason: "A test" };

async function asked(kind: "spawn" | "lease" | "budget") {
  const t = await tenant();
  const agent = await caller(t);
  const { id: budgetId } = await setBudget(await t.as("organization_admin"), { scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC", capMicros: 1_000_000_000, hard: true, thresholds: [80] });
  const bodies = { spawn: child("Reader"), lease, budget: { budgetId, amountMicros: 1, reason: "month end" } };
  const path = `/${kind}-requests`;
  const { json, status, text } = await agent.post(path, { body: bodies[kind], headers: kind === "spawn" ? { "idempotency-key": newId() } : {} });
  if (status !== 201) throw new Error(text);
  return { t, agent, path: `${path}/${String(json.id)}`, id: String(json.id) };
}

describe("a request of an agent for something other than an action", () => {
  it.each(["spawn", "lease", "budget"] as const)("is withdrawn by the agent that made it, of %s: once in effect, however often it is said", async (kind) => {
    const { t, agent, path } = await asked(kind);
    const stranger = await caller(await tenant());
    expect((await stranger.post(`${path}/cancel`)).status).toBe(404);
    expect((await agent.get(path)).json).toMatchObject({ status: "pending" });
    expect((await agent.post(`${path}/cancel`)).json).toMatchObject({ status: "cancelled" });
    expect((await agent.post(`${path}/cancel`)).json).toMatchObject({ status: "cancelled" });
    expect(await eventBodies(t.organizationId, "approvals.cancelled")).toHaveLength(1);
  });

  it("cannot be withdrawn once it was decided, nor under the name of another kind", async () => {
    const { t, agent, path, id } = await asked("lease");
    expect((await agent.post(`/budget-requests/${id}/cancel`)).status).toBe(404);
    const supervisor = await t.as("supervisor");
    const { digest } = await loadApproval(supervisor, { id });
    await decideApproval(supervisor, { id, decision: "approved", reason: "", digest });
    const late = await agent.post(`${path}/cancel`);
    expect([late.status, late.json.detail]).toEqual([409, "This request is approved already."]);
  });

  it("needs the scope by which it was made", async () => {
    const { t, path } = await asked("spawn");
    const poor = await caller(t, ["actions.submit", "actions.view"]);
    expect((await poor.post(`${path}/cancel`)).json).toMatchObject({ rule: "key.scope", status: 403 });
  });
});

describe("a lease that was approved", () => {
  it("is sent with an action, which then needs nobody's yes", async () => {
    const { t, agent, path, id } = await asked("lease");
    const supervisor = await t.as("supervisor");
    const { digest } = await loadApproval(supervisor, { id });
    await decideApproval(supervisor, { id, decision: "approved", reason: "", digest });
    const granted = (await agent.get(path)).json.lease as { token: string };
    const submitted = await agent.post("/actions", { body: { tool: "mail.send", estimatedCostMicros: 5, lease: granted.token }, headers: { "idempotency-key": "leased" } });
    expect(submitted.json).toMatchObject({ status: "allowed", decision: { rule: expect.stringMatching(/^lease/) } });
  });
});
