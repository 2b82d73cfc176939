import { describe, expect, it } from "vitest";
import { createAgent } from "@/lib/agents/create";
import { setAgentStatus } from "@/lib/agents/set-status";
import { setBudget } from "@/lib/budgets/set";
import { newId } from "@/lib/id";
import { childOf } from "@/lib/spawn/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { finishRun } from "@/lib/testing/finish-run";
import { tenant } from "@/lib/testing/tenant";
import { api } from "./app";
import { openApiDocument } from "./openapi";
import { caller } from "./testing";

useTestDatabase();

/** An agent with an action, a run with a file and requests for money, a child and a lease; and another agent of the same project. */
async function neighbours() {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const { id: budgetId } = await setBudget(admin, { scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC", capMicros: 1_000_000, hard: true, thresholds: [80] });
  const { workspaceId, projectId, ownerId, organizationId } = t;
  const { id: agentId } = await createAgent(admin, { name: "Neighbour", kind: "coder", workspaceId, projectId, ownerId });
  await setAgentStatus(admin, { id: agentId, status: "active" });
  const [owner, other] = [await caller(t), await caller({ ...t, agentId })];
  const submit = async (tool: string, args: object) =>
    (await owner.post("/actions", { body: { tool, arguments: args, estimatedCostMicros: 1 }, headers: { "idempotency-key": newId() } })).json;
  const [action, script] = [await submit("crm.read", {}), await submit("sandbox.python", { code: "print(1)" })];
  const runId = String(script.runId);
  await finishRun(organizationId, runId, { stdout: ["secret of the neighbour"], file: { name: "a.txt", content: Buffer.from("secret of the neighbour") } });
  const request = await owner.post("/budget-requests", { body: { budgetId, amountMicros: 1, reason: "month end" } });
  const child = await owner.post("/spawn-requests", { body: childOf("Child of the neighbour"), headers: { "idempotency-key": newId() } });
  const lease = await owner.post("/lease-requests", { body: { tools: ["mail.send"], costEachMicros: 0, costTotalMicros: 0, reason: "The neighbour's" } });
  return { organizationId, owner, other, ids: { "lease-requests": String(lease.json.id), "spawn-requests": String(child.json.id), actions: String(action.id), runs: runId, "budget-requests": String(request.json.id) } };
}

const bodies: Record<string, object> = { "/actions/{id}/outcome": { status: "succeeded", costMicros: 0 }, "/actions/{id}/accept": { digest: "0".repeat(64) }, "/actions/{id}/decline": { digest: "0".repeat(64) } };
const queries: Record<string, string> = { "/runs/{id}/output": "?stream=stdout" };

describe("another agent of the same project", () => {
  it("finds nothing of its neighbour's at any address that names one, and changes nothing", async () => {
    const { owner, other, ids, organizationId } = await neighbours();
    const before = await eventsOf(organizationId);
    const asked: string[] = [];
    for (const [template, methods] of Object.entries(openApiDocument(api).paths ?? {})) {
      const path = template.replace("/api/v1", "");
      if (!path.includes("{id}")) continue;
      const kind = path.split("/")[1] as keyof typeof ids;
      const address = path.replace("{id}", ids[kind]).replace("{name}", "a.txt") + (queries[path] ?? "");
      for (const method of Object.keys(methods ?? {})) {
        const answer = await other.send(method.toUpperCase(), address, bodies[path] ? { body: bodies[path] } : {});
        expect([method, path, answer.status]).toEqual([method, path, 404]);
        expect(answer.text).not.toContain("neighbour");
        asked.push(`${method} ${path}`);
      }
    }
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(await eventsOf(organizationId)).toEqual(before);
    expect((await owner.get(`/actions/${ids.actions}`)).json.status).toBe("allowed");
  });

  it("lists only what is its own", async () => {
    const { owner, other } = await neighbours();
    expect((await owner.get("/actions")).json.actions).toHaveLength(2);
    expect((await other.get("/actions")).json.actions).toEqual([]);
    expect((await other.get(`/actions?agentId=${newId()}`)).status).toBe(400);
  });

  it("takes no answer of its neighbour's by its idempotency key", async () => {
    const { owner, other } = await neighbours();
    const call = { body: { tool: "crm.read", arguments: {}, estimatedCostMicros: 1 }, headers: { "idempotency-key": "shared" } };
    const [mine, theirs] = [await owner.post("/actions", call), await other.post("/actions", call)];
    expect(theirs.status).toBe(201);
    expect(theirs.json.id).not.toBe(mine.json.id);
  });
});
