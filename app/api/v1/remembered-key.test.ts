import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agent, apiKey } from "@/db/schema/agent";
import { inTenant } from "@/db/tenant";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { revokeKey } from "@/lib/keys/revoke";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

useTestDatabase();

const read = { tool: "crm.read", arguments: { id: 7 }, estimatedCostMicros: 1000 };
const keyed = (key: string = newId()) => ({ headers: { "idempotency-key": key } });

/** A caller whose key is remembered: its last request was answered a moment ago. */
async function remembered() {
  const made = await tenant();
  const client = await caller(made);
  expect((await client.post("/actions", { body: read, ...keyed("first") })).status).toBe(201);
  const change = {
    key: (values: Partial<typeof apiKey.$inferInsert>) => inTenant(database(), made.organizationId, (tx) => tx.update(apiKey).set(values).where(eq(apiKey.id, client.keyId))),
    agent: (values: Partial<typeof agent.$inferInsert>) => inTenant(database(), made.organizationId, (tx) => tx.update(agent).set(values).where(eq(agent.id, made.agentId))),
  };
  return { ...made, client, change };
}

describe("a key that was good a moment ago", () => {
  it("is refused on the very next request after it was revoked, and nothing is decided", async () => {
    const { client, organizationId } = await remembered();
    await revokeKey(client.manager, { id: client.keyId });
    expect(await client.post("/actions", { body: read, ...keyed() })).toMatchObject({ status: 401, json: { detail: expect.stringContaining("was revoked") } });
    expect((await eventsOf(organizationId)).slice(-2)).toEqual(["keys.revoked:success", "keys.refused:blocked"]);
  });

  it.each([
    ["the stored answer", { body: read, ...keyed("first") }],
    ["what is wrong with a field", { body: { tool: 7 }, ...keyed() }],
    ["what is wrong with the JSON", { raw: "{", ...keyed() }],
  ])("is not told %s after it was revoked", async (_what, call) => {
    const { client } = await remembered();
    await revokeKey(client.manager, { id: client.keyId });
    expect((await client.post("/actions", call)).status).toBe(401);
  });

  it("is refused once it has expired, or its agent is retired", async () => {
    const { client, change } = await remembered();
    await change.key({ expiresAt: new Date(Date.now() - 1000) });
    expect(await client.post("/actions", { body: read, ...keyed() })).toMatchObject({ status: 401, json: { detail: expect.stringContaining("expired") } });
    await change.key({ expiresAt: null });
    await change.agent({ status: "retired" });
    expect(await client.post("/actions", { body: read, ...keyed() })).toMatchObject({ status: 401, json: { detail: expect.stringContaining("retired") } });
  });

  it("may no more than its scopes allow now, and may at once what they allow now", async () => {
    const { client, change, organizationId } = await remembered();
    await change.key({ scopes: ["actions.view"] });
    expect((await client.post("/actions", { body: read, ...keyed() })).status).toBe(403);
    expect((await eventsOf(organizationId)).at(-1)).toBe("access.denied:blocked");
    await change.key({ scopes: ["actions.submit"] });
    expect((await client.post("/actions", { body: read, ...keyed() })).status).toBe(201);
  });

  it("acts under the name and place that its agent has now", async () => {
    const { client, change, organizationId } = await remembered();
    await change.agent({ name: "Renamed" });
    expect((await client.post("/actions", { body: read, ...keyed() })).status).toBe(201);
    expect((await eventBodies(organizationId, "actions.decided")).map((body) => body.actor)).toMatchObject([{ name: "Expense analyst" }, { name: "Renamed" }]);
  });

  it("is denied by rule when its agent is suspended", async () => {
    const { client, change } = await remembered();
    await change.agent({ status: "suspended" });
    expect(await client.post("/actions", { body: read, ...keyed() })).toMatchObject({ status: 403, json: { rule: "agent.not_active" } });
  });
});
