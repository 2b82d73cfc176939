import { describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { inTenant, prepared } from "@/db/tenant";
import { database } from "@/lib/database";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { loadPolicy } from "@/lib/policies/load";
import { updatePolicy } from "@/lib/policies/update";
import { PolicyContent } from "@/lib/policies/content";
import { apiCallLimits } from "@/lib/rates/counted";
import { lockRates } from "@/lib/rates/take";
import { eventBodies } from "@/lib/testing/events";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

const own = useTestDatabase();

const read = () => ({ body: { tool: "crm.read", estimatedCostMicros: 1 }, headers: { "idempotency-key": newId() } });

describe("the API calls of an agent", () => {
  it("are answered as often as its limit says, whatever is called, and refused with when, by what and whom to ask", async () => {
    const t = await tenant({ limits: { apiCallsPerMinute: 3 } });
    const agent = await caller(t);
    expect((await agent.get("/me")).json).toMatchObject({ limits: { apiCallsPerMinute: 3, tokensPerDay: null } });
    const { json: submitted } = await agent.post("/actions", read());
    expect((await agent.post(`/actions/${String(submitted.id)}/grant`)).status).toBe(200);
    const refused = await agent.get("/actions");
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect(refused.json).toMatchObject({ rule: "limit.api_calls", owner: { name: "Olga Owner" }, howToAsk: { page: expect.stringContaining("/policy"), text: expect.stringContaining("more API calls") }, limit: { calls: 3, period: "minute" } });
    expect((await agent.post("/actions", read())).status).toBe(429);
    // What was spent must be counted, and is told at once.
    expect((await agent.post(`/actions/${String(submitted.id)}/outcome`, { body: { status: "succeeded", costMicros: 1 } })).status).toBe(200);
    expect(await eventBodies(t.organizationId, "requests.rejected")).toMatchObject([{ outcome: "blocked", details: { rule: "limit.api_calls", calls: 3 } }]);
  });

  it("are limited from the next one on where the limit is new, of a key that was just used too, and by the levels above", async () => {
    const t = await tenant();
    const agent = await caller(t);
    expect((await agent.post("/actions", read())).status).toBe(201);
    const admin = await t.as("organization_admin");
    const { current } = await loadPolicy(admin, { agentId: t.agentId });
    await updatePolicy(admin, { agentId: t.agentId, expectedVersion: 1, policy: { ...PolicyContent.strip().parse(current), limits: { apiCallsPerHour: 2 } }, note: "" });
    expect((await agent.post("/actions", read())).status).toBe(201);
    await publishDocument(admin, { kind: "capabilities", scopeType: "workspace", scopeId: t.workspaceId, expectedVersion: 0, content: { tools: [], limits: { apiCallsPerHour: 1 } }, note: "" });
    expect((await agent.post("/actions", read())).json).toMatchObject({ limit: { calls: 1, period: "hour" } });
  });

  it("never pass the limit when two servers answer at once, and each agent has its own", async () => {
    const t = await tenant();
    const stranger = await tenant({ limits: { apiCallsPerMinute: 1 } });
    const other = connect(own.current().url);
    const ask = { agentId: t.agentId, limits: apiCallLimits({ apiCallsPerMinute: 20, apiCallsPerHour: 30 }) };
    const one = (at: number) =>
      inTenant(at % 2 ? other : database(), t.organizationId, async (tx) => {
        const book = await lockRates(tx, [ask]);
        if (book.exceeded(ask)) return 0;
        book.take(ask);
        for (const statement of book.statements()) await prepared(tx, statement);
        return 1;
      });
    try {
      const answered = await Promise.all(Array.from({ length: 48 }, (_, at) => one(at)));
      expect(answered.filter(Boolean)).toHaveLength(20);
    } finally {
      await other.sql.end();
    }
    expect((await (await caller(stranger)).get("/me")).status).toBe(200);
  });
});
