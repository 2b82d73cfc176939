import { describe, expect, it } from "vitest";
import { setBudget } from "@/lib/budgets/set";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

useTestDatabase();

describe("asking for more budget", () => {
  it("follows from the refusal, word for word, and is seen by who asked only", async () => {
    const made = await tenant();
    const { id } = await setBudget(await made.as("billing_admin"), {
      scopeType: "project", scopeId: made.projectId, period: "month", timeZone: "UTC", capMicros: 1000, hard: true, thresholds: [80],
    });
    const agent = await caller(made);
    const refused = await agent.post("/actions", { body: { tool: "crm.read", estimatedCostMicros: 5000 }, headers: { "idempotency-key": newId() } });
    expect(refused).toMatchObject({ status: 402, json: { type: "urn:countersign:problem:budget_exceeded", budget: { id }, ask: { method: "POST", path: "/api/v1/budget-requests" } } });
    const ask = (refused.json as { ask: { path: string; body: Record<string, unknown> } }).ask;
    const asked = await agent.post(ask.path.replace("/api/v1", ""), { body: { ...ask.body, reason: "Month-end." } });
    expect(asked).toMatchObject({ status: 201, json: { budgetId: id, status: "pending", reason: "Month-end." } });
    const path = `/budget-requests/${String(asked.json.id)}`;
    expect((await agent.get(path)).json).toEqual(asked.json);
    expect(await agent.post("/budget-requests", { body: { ...ask.body, reason: "Again." } })).toMatchObject({ status: 409 });
    const stranger = await caller(await tenant());
    expect(await stranger.get(path)).toMatchObject({ status: 404 });
    expect(await stranger.post("/budget-requests", { body: { ...ask.body, reason: "Mine." } })).toMatchObject({ status: 404 });
    const submitter = await caller(made, ["actions.submit"]);
    expect(await submitter.post("/budget-requests", { body: { ...ask.body, reason: "Mine." } })).toMatchObject({ status: 403 });
  });
});
