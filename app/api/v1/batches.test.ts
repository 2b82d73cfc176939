import { describe, expect, it } from "vitest";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

useTestDatabase();

const read = (idempotencyKey: string) => ({ idempotencyKey, tool: "crm.read", arguments: { id: 7 }, estimatedCostMicros: 1000 });
type Result = { idempotencyKey: string | null; status: number; action?: { id: string; status: string }; problem?: Record<string, unknown> };

async function batch(client: Awaited<ReturnType<typeof caller>>, actions: unknown[]) {
  const answer = await client.post("/actions/batches", { body: { actions } });
  return { ...answer, results: (answer.json.results ?? []) as Result[] };
}

describe("a batch of actions", () => {
  it("has an answer for each in its place, and one that cannot be read or is refused keeps none back", async () => {
    const t = await tenant({ tools: [{ tool: "crm.*", mode: "allowed", costCeilingMicros: null }, { tool: "mail.send", mode: "approval", costCeilingMicros: null }, { tool: "shop.pay", mode: "blocked", costCeilingMicros: null }] });
    const client = await caller(t);
    const { status, results } = await batch(client, [
      read("a"),
      { ...read("b"), tool: "Not A Tool" },
      { ...read("c"), tool: "mail.send" },
      { ...read("d"), tool: "shop.pay" },
      7,
      { tool: "crm.read" },
      read("e"),
    ]);
    expect(status).toBe(200);
    expect(results.map(({ idempotencyKey, status: each }) => [idempotencyKey, each])).toEqual([["a", 201], ["b", 400], ["c", 201], ["d", 403], [null, 400], [null, 400], ["e", 201]]);
    expect(results[0]?.action?.status).toBe("allowed");
    expect(results[1]?.problem).toMatchObject({ type: "urn:countersign:problem:invalid_input", errors: { tool: expect.any(String) } });
    expect(results[2]?.action?.status).toBe("pending_approval");
    expect(results[3]?.problem).toMatchObject({ rule: "capability.blocked", owner: { kind: "person", name: "Olga Owner" }, action: { status: "denied" } });
    const events = await eventsOf(t.organizationId);
    expect(events.filter((event) => event === "actions.decided:success")).toHaveLength(3);
    expect(events.filter((event) => event === "requests.rejected:blocked")).toHaveLength(3);
  });

  it("sent again is decided once, and so is a key that comes twice in it; with another body it is refused", async () => {
    const client = await caller(await tenant());
    const first = await batch(client, [read("a"), read("b"), read("a"), { ...read("b"), estimatedCostMicros: 2 }]);
    expect(first.results.map(({ status }) => status)).toEqual([201, 201, 200, 422]);
    expect(first.results[2]?.action?.id).toBe(first.results[0]?.action?.id);
    const again = await batch(client, [read("a"), read("b")]);
    expect(again.results.map(({ status, action }) => [status, action?.id])).toEqual(first.results.slice(0, 2).map(({ action }) => [200, action?.id]));
    expect((await client.get("/actions")).json.actions).toHaveLength(2);
  });

  it("is refused beyond a hundred, when it is empty, and for a key without the scope, once", async () => {
    const t = await tenant();
    const client = await caller(t);
    expect((await batch(client, Array.from({ length: 101 }, (_, at) => read(`k${at}`)))).status).toBe(400);
    expect((await batch(client, [])).status).toBe(400);
    const reader = await caller(t, ["actions.view"]);
    expect(await batch(reader, [read("a"), read("b")])).toMatchObject({ status: 403, json: { rule: "key.scope", permission: "actions.submit", owner: { name: "Olga Owner" } } });
    expect((await eventsOf(t.organizationId)).filter((event) => event === "access.denied:blocked")).toHaveLength(1);
    expect((await client.get("/actions")).json.actions).toHaveLength(0);
  });

  it("of a runaway agent fills its queue to its limit and no further, whatever it asks for", async () => {
    const t = await tenant({ maxWaitingApprovals: 20 });
    const client = await caller(t);
    const asks = () => Array.from({ length: 100 }, () => ({ ...read(newId()), tool: "mail.send" }));
    const answers = await Promise.all(Array.from({ length: 6 }, () => batch(client, asks())));
    const results = answers.flatMap((answer) => answer.results);
    expect(results.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(results.filter(({ status }) => status === 429)).toHaveLength(580);
    expect(results.find(({ status }) => status === 429)?.problem).toMatchObject({ rule: "approvals.queue_full", owner: { kind: "team" }, howToAsk: { text: expect.stringContaining("cancel") } });
  });
});

describe("an outcome", () => {
  it("that is reported again the same is answered the same, and another one is refused", async () => {
    const t = await tenant();
    const client = await caller(t);
    const made = await client.post("/actions", { body: { tool: "crm.read", estimatedCostMicros: 1000 }, headers: { "idempotency-key": "a" } });
    const path = `/actions/${String(made.json.id)}`;
    const done = { status: "succeeded", costMicros: 900, summary: "One row.", outputSha256: "a".repeat(64) };
    expect(await client.post(`${path}/outcome`, { body: done })).toMatchObject({ status: 409, json: { hint: expect.stringContaining("grant") } });
    await client.post(`${path}/grant`);
    const [one, two] = await Promise.all([client.post(`${path}/outcome`, { body: done }), client.post(`${path}/outcome`, { body: done })]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.json).toEqual(one.json);
    for (const other of [{ ...done, costMicros: 1 }, { ...done, status: "failed" }, { ...done, summary: "" }]) expect((await client.post(`${path}/outcome`, { body: other })).status).toBe(409);
    expect((await eventsOf(t.organizationId)).filter((event) => event.startsWith("actions.completed"))).toHaveLength(1);
  });

  it("of a cancelled action is refused, and cancelling again is answered the same", async () => {
    const t = await tenant();
    const client = await caller(t);
    const made = await client.post("/actions", { body: { tool: "mail.send", estimatedCostMicros: 1000 }, headers: { "idempotency-key": "a" } });
    const path = `/actions/${String(made.json.id)}`;
    const first = await client.post(`${path}/cancel`);
    expect(await client.post(`${path}/cancel`)).toMatchObject({ status: 200, json: first.json });
    expect((await client.post(`${path}/outcome`, { body: { status: "succeeded", costMicros: 0 } })).status).toBe(409);
    expect((await eventsOf(t.organizationId)).filter((event) => event.startsWith("actions.cancelled"))).toHaveLength(1);
  });
});
