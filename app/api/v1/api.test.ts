import { describe, expect, it } from "vitest";
import { revokeKey } from "@/lib/keys/revoke";
import { Problem } from "./problem-schema";
import { caller } from "./testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { newId } from "@/lib/id";
import { api } from "./app";
import { maxBodyBytes } from "./body";
import { maxWaitsPerAgent } from "./places";

useTestDatabase();

const read = { tool: "crm.read", arguments: { id: 7 }, estimatedCostMicros: 1000 };
const keyed = (key: string = newId()) => ({ headers: { "idempotency-key": key } });

describe("the public API", () => {
  it("decides an action, lets the agent carry it out once, and settles it", async () => {
    const agent = await caller(await tenant());
    const submitted = await agent.post("/actions", { body: read, ...keyed() });
    expect(submitted).toMatchObject({ status: 201, json: { status: "allowed", decision: { outcome: "allow", rule: "policy.allowed", risk: "LOW" } } });
    const path = submitted.headers.get("location")?.replace("/api/v1", "") ?? "";
    expect((await agent.get(path)).json).toMatchObject({ id: submitted.json.id, status: "allowed" });
    expect((await agent.post(`${path}/grant`)).json.status).toBe("running");
    expect(await agent.post(`${path}/grant`)).toMatchObject({ status: 409 });
    const outcome = { status: "succeeded", costMicros: 900, summary: "One row." };
    expect((await agent.post(`${path}/outcome`, { body: outcome })).json).toMatchObject({ status: "succeeded", actualCostMicros: 900, outcome: { summary: "One row." } });
    expect(await agent.post(`${path}/cancel`)).toMatchObject({ status: 409 });
    expect((await agent.get("/actions?size=1")).json).toMatchObject({ actions: [{ id: submitted.json.id }], next: null, previous: null });
  });

  it("decides the same key once, and refuses it for another body", async () => {
    const agent = await caller(await tenant());
    const first = await agent.post("/actions", { body: read, ...keyed("a") });
    const again = await agent.post("/actions", { body: read, ...keyed("a") });
    expect([again.status, again.json.id, again.headers.get("idempotency-replayed")]).toEqual([200, first.json.id, "true"]);
    const other = await agent.post("/actions", { body: { ...read, estimatedCostMicros: 1 }, ...keyed("a") });
    expect(other).toMatchObject({ status: 422, json: { type: "urn:countersign:problem:idempotency_key_reused" } });
  });

  it("answers a wait as soon as the action is over", async () => {
    const agent = await caller(await tenant());
    const { json } = await agent.post("/actions", { body: { ...read, tool: "mail.send" }, ...keyed() });
    expect(json.status).toBe("pending_approval");
    expect((await agent.get(`/actions/${String(json.id)}/wait?timeoutSeconds=0`)).json.status).toBe("pending_approval");
    const waiting = agent.get(`/actions/${String(json.id)}/wait?timeoutSeconds=55`);
    await agent.post(`/actions/${String(json.id)}/cancel`);
    expect((await waiting).json.status).toBe("cancelled");
    // A wait that hears of no change answers when its own time is over, which is after this test's.
  }, 45_000);

  it("lets no agent take the places of all who watch: its waits are counted", async () => {
    const agent = await caller(await tenant());
    const { json } = await agent.post("/actions", { body: { ...read, tool: "mail.send" }, ...keyed() });
    const path = `/actions/${String(json.id)}/wait?timeoutSeconds=3`;
    const statuses = (await Promise.all(Array.from({ length: maxWaitsPerAgent + 5 }, () => agent.get(path)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect((await agent.get(`/actions/${String(json.id)}/wait?timeoutSeconds=0`)).status).toBe(200);
  });

  it("says who the caller is", async () => {
    const made = await tenant();
    const agent = await caller(made, ["actions.view"]);
    expect(await agent.get("/me")).toMatchObject({
      status: 200,
      json: { agent: { id: made.agentId, status: "active" }, key: { id: agent.keyId, scopes: ["actions.view"] }, workspace: { name: "Finance" } },
    });
  });

  it("keeps what belongs to others out of sight, and scopes in force", async () => {
    const [mine, other] = [await caller(await tenant()), await tenant()];
    const { json } = await (await caller(other)).post("/actions", { body: read, ...keyed() });
    for (const suffix of ["", "/wait?timeoutSeconds=0"]) expect(await mine.get(`/actions/${String(json.id)}${suffix}`)).toMatchObject({ status: 404 });
    for (const suffix of ["/grant", "/cancel"]) expect(await mine.post(`/actions/${String(json.id)}${suffix}`)).toMatchObject({ status: 404 });
    const reader = await caller(other, ["actions.view"]);
    expect(await reader.post("/actions", { body: read, ...keyed() })).toMatchObject({ status: 403, json: { permission: "actions.submit" } });
    expect(await reader.get(`/actions/${String(json.id)}`)).toMatchObject({ status: 200 });
  });

  it("refuses a revoked key on the next request", async () => {
    const agent = await caller(await tenant());
    await revokeKey(agent.manager, { id: agent.keyId });
    const refused = await agent.get("/me");
    expect(refused).toMatchObject({ status: 401, json: { type: "urn:countersign:problem:unauthenticated", detail: expect.stringContaining("revoked") } });
    expect(refused.headers.get("www-authenticate")).toContain("Bearer");
  });
});

describe("bad input", () => {
  const cases: [string, number, Parameters<Awaited<ReturnType<typeof caller>>["post"]>[1], RegExp][] = [
    ["malformed JSON", 400, { raw: '{"tool":', ...keyed() }, /line 1, column 9/],
    ["a key twice", 400, { raw: '{"tool":"crm.read","tool":"mail.send","estimatedCostMicros":1}', ...keyed() }, /comes twice/],
    ["invalid UTF-8", 400, { raw: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), ...keyed() }, /UTF-8/],
    ["an unknown field", 400, { body: { ...read, agentId: newId() }, ...keyed() }, /agentId: is not a field/],
    ["a wrong type", 400, { body: { ...read, estimatedCostMicros: "1" }, ...keyed() }, /estimatedCostMicros/],
    ["negative cost", 400, { body: { ...read, estimatedCostMicros: -1 }, ...keyed() }, /must not be negative/],
    ["a number that no double holds", 400, { raw: '{"tool":"crm.read","estimatedCostMicros":90071992547409931}', ...keyed() }, /2\^53/],
    ["a list", 400, { body: [], ...keyed() }, /expected object/],
    ["no body", 400, { ...keyed() }, /expected object/],
    ["no idempotency key", 400, { body: read }, /idempotency-key: is required/],
    ["an idempotency key with a space", 400, { body: read, headers: { "idempotency-key": "a b" } }, /visible ASCII/],
    ["a bad file name", 400, { body: { ...read, tool: "sandbox.python", arguments: { code: "1", files: [{ name: "../x", content: "" }] } }, ...keyed() }, /arguments\.files\.0\.name: is not a safe file name/],
    ["another media type", 415, { raw: "tool=crm.read", headers: { "idempotency-key": "a", "content-type": "application/x-www-form-urlencoded" } }, /application\/json/],
    ["another charset", 415, { body: read, headers: { "idempotency-key": "a", "content-type": "application/json; charset=utf-16" } }, /UTF-8/],
    ["a compressed body", 415, { body: read, headers: { "idempotency-key": "a", "content-encoding": "gzip" } }, /Compressed/],
    ["ninety thousand arguments", 400, { raw: `{"tool":"crm.read","estimatedCostMicros":1,"arguments":{${Array.from({ length: 90_000 }, (_, i) => `"k${i}":1`).join(",")}}}`, ...keyed() }, /more than 10000 values/],
    ["too large a body", 413, { raw: " ".repeat(maxBodyBytes + 1), ...keyed() }, /larger than 8 MiB/],
  ];
  it.each(cases)("%s is refused with %i, explained and recorded", async (_what, status, call, detail) => {
    const made = await tenant();
    const agent = await caller(made);
    const refused = await agent.post("/actions", call);
    expect(refused.status).toBe(status);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(Problem.parse(refused.json).detail).toMatch(detail);
    expect(refused.headers.get("x-request-id")).toBe(refused.json.requestId);
    expect((await eventsOf(made.organizationId)).at(-1)).toBe("requests.rejected:blocked");
  });

  it("is counted, not repeated without end, in the audit", async () => {
    const made = await tenant();
    const agent = await caller(made);
    for (let i = 0; i < 70; i++) await agent.get("/actions/nonsense");
    expect(await eventBodies(made.organizationId, "requests.rejected")).toHaveLength(60);
  });

  it("in addresses and methods is a problem document, with and without a key", async () => {
    const agent = await caller(await tenant());
    expect(await agent.get("/nonsense")).toMatchObject({ status: 404, json: { status: 404 } });
    expect(await agent.get("")).toMatchObject({ status: 404 });
    expect(await agent.send("DELETE", "/actions")).toMatchObject({ status: 405, json: { type: "urn:countersign:problem:method_not_allowed" } });
    expect((await agent.send("PUT", `/actions/${newId()}`)).headers.get("allow")).toContain("GET");
    expect(await agent.get("/actions/not-an-id")).toMatchObject({ status: 400, json: { errors: { id: "must be an id (UUID)" } } });
    expect(await agent.get(`/actions/${newId()}`)).toMatchObject({ status: 404 });
    expect(await agent.get("/actions?size=1&size=2")).toMatchObject({ status: 400 });
    expect(await agent.get("/actions?limit=1")).toMatchObject({ status: 400, json: { errors: { limit: expect.any(String) } } });
    expect(await agent.get("/actions?after=nonsense")).toMatchObject({ status: 400 });
    expect((await api.request("/api/v1/actions", { method: "POST", body: "x".repeat(10) })).status).toBe(401);
  });
});

describe("the document", () => {
  it("is public, and describes every route that is served", async () => {
    const response = await api.request("/api/v1/openapi.json");
    expect([response.status, response.headers.get("x-content-type-options")]).toEqual([200, "nosniff"]);
    const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(document.openapi).toBe("3.1.0");
    const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    const served = api.routes.filter((route) => route.method !== "ALL").map((route) => `${route.method} ${route.path.replaceAll(/:([a-zA-Z]+)/g, "{$1}")}`);
    expect(described.sort()).toEqual(served.filter((route) => !route.endsWith("/openapi.json")).sort());
  });
});
