import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { agent, apiKey } from "@/db/schema/agent";
import { budgetWindow } from "@/db/schema/budget";
import { spawnRequest } from "@/db/schema/spawn";
import { auditEvent } from "@/db/stream/audit";
import { setAgentStatus } from "@/lib/agents/set-status";
import { loadApproval } from "@/lib/approvals/load";
import { setBudget } from "@/lib/budgets/set";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { revokeKey } from "@/lib/keys/revoke";
import { loadPolicy } from "@/lib/policies/load";
import { updatePolicy } from "@/lib/policies/update";
import { inside } from "@/lib/runs/testing";
import { endChildren } from "@/lib/spawn/end";
import { decideChild } from "@/lib/spawn/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { api } from "./app";
import { caller } from "./testing";

useTestDatabase();

const little = { kind: "analyst", purpose: "Reads the invoices of one customer.", tools: [{ tool: "crm.*", mode: "allowed", costCeilingMicros: null }], budgetMicros: 5_000, lifeSeconds: 3600 };

async function made(options: Parameters<typeof tenant>[0] = {}) {
  const t = await tenant(options);
  const parent = await caller(t);
  const supervisor = await t.as("supervisor");
  const ask = (changes: object = {}, key: string = newId(), by = parent) => by.post("/spawn-requests", { body: { ...little, name: `Child ${newId()}`, ...changes }, headers: { "idempotency-key": key } });
  /** An approved child with a key of its own. */
  const child = async (changes: object = {}, by = parent) => {
    const asked = await ask(changes, newId(), by);
    if (asked.status !== 201) throw new Error(asked.text);
    await decideChild(supervisor, String(asked.json.id));
    const { json } = await by.post(`/spawn-requests/${String(asked.json.id)}/claim`);
    return { requestId: String(asked.json.id), agentId: String(json.agentId), key: String(json.key), client: client(String(json.key)) };
  };
  return { ...t, parent, supervisor, ask, child };
}

function client(key: string) {
  const send = async (method: string, path: string, { body, headers }: { body?: unknown; headers?: Record<string, string> } = {}) => {
    const response = await api.request(`/api/v1${path}`, { method, headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  };
  return { key, get: (path: string) => send("GET", path), post: (path: string, call = {}) => send("POST", path, call) } as unknown as Awaited<ReturnType<typeof caller>>;
}

const exceeded = (answer: { json: Record<string, unknown> }) => (answer.json.exceeds as { field: string }[] | undefined)?.map(({ field }) => field);
const statusOf = (t: { organizationId: string }, id: string) => inside(t, async (tx) => (await tx.select({ status: agent.status }).from(agent).where(eq(agent.id, id)))[0]?.status);

describe("a child agent", () => {
  it("is asked for, approved by a person, fetched once, and works in its parent's place for no more than was agreed", async () => {
    const t = await made();
    const asked = await t.ask({ name: "Reader", scopes: ["actions.submit", "actions.view"] }, "a");
    expect(asked).toMatchObject({ status: 201, json: { status: "pending", agent: null, claimed: false, policy: { level: "standard" } } });
    expect(await t.ask({ name: "Reader", scopes: ["actions.submit", "actions.view"] }, "a")).toMatchObject({ status: 200, json: { id: asked.json.id } });
    expect((await t.ask({ name: "Other" }, "a")).status).toBe(422);
    const path = `/spawn-requests/${String(asked.json.id)}`;
    expect((await t.parent.post(`${path}/claim`)).status).toBe(409);
    const [request] = await inside(t, (tx) => tx.select().from(spawnRequest));
    const detail = await loadApproval(t.supervisor, { id: request?.approvalId ?? "" });
    expect(detail).toMatchObject({ kind: "spawn", child: { name: "Reader", budgetMicros: 5_000 }, cannotDecide: null, cannotApprove: null, consequence: expect.stringContaining("Makes an active agent") });
    const waiting = t.parent.get(`${path}/wait?timeoutSeconds=60`);
    await decideChild(t.supervisor, String(asked.json.id));
    expect((await waiting).json).toMatchObject({ status: "approved", agent: { status: "active" } });
    const claimed = await t.parent.post(`${path}/claim`);
    expect(claimed).toMatchObject({ status: 200, json: { key: expect.stringMatching(/^cs_/), scopes: ["actions.submit", "actions.view"] } });
    expect(await t.parent.post(`${path}/claim`)).toMatchObject({ status: 409, json: { detail: expect.stringContaining("once") } });
    const child = client(String(claimed.json.key));
    expect((await child.get("/me")).json).toMatchObject({ agent: { id: claimed.json.agentId, name: "Reader" }, workspace: { id: t.workspaceId }, project: { id: t.projectId } });
    const submit = (cost: number) => child.post("/actions", { body: { tool: "crm.read", estimatedCostMicros: cost }, headers: { "idempotency-key": newId() } });
    expect((await submit(4_000)).status).toBe(201);
    expect((await submit(4_000)).status).toBe(402);
    const [row] = await inside(t, (tx) => tx.select().from(agent).where(eq(agent.id, String(claimed.json.agentId))));
    expect(row).toMatchObject({ ownerId: t.ownerId, managerAgentId: t.agentId, status: "active" });
    const events = await inside(t, (tx) => tx.select({ body: auditEvent.body }).from(auditEvent));
    expect(events.some(({ body }) => body.includes(String(claimed.json.key)))).toBe(false);
    expect(await eventsOf(t.organizationId)).toEqual(expect.arrayContaining(["approvals.requested:success", "approvals.decided:success", "agents.created:success", "keys.created:success"]));
  });

  it.each<[string, object, string]>([
    ["a wider glob", { tools: [{ tool: "*", mode: "allowed", costCeilingMicros: null }] }, "tools *"],
    ["a tool that a person is asked for", { tools: [{ tool: "mail.send", mode: "allowed", costCeilingMicros: null }] }, "tools mail.send"],
    ["a higher level", { level: "trusted" }, "level"],
    ["a higher cost threshold", { costThresholdMicros: 1_000_001 }, "costThresholdMicros"],
    ["more runs at once", { maxConcurrentRuns: 20 }, "maxConcurrentRuns"],
    ["more money", { budgetMicros: 100_001 }, "budgetMicros"],
  ])("is refused with %s than its parent has, and the refusal is kept", async (_what, changes, field) => {
    const t = await made();
    await setBudget(await t.as("organization_admin"), { scopeType: "agent", scopeId: t.agentId, period: "month", timeZone: "UTC", capMicros: 100_000, hard: true, thresholds: [80] });
    const refused = await t.ask(changes);
    expect(refused).toMatchObject({ status: 403, json: { rule: "spawn.exceeds_parent", owner: { name: "Olga Owner" } } });
    expect(exceeded(refused)).toContain(field);
    expect(await eventsOf(t.organizationId)).toContain("agents.spawn_refused:blocked");
  });

  it("has no scope that its parent's key lacks, and no more time than that key", async () => {
    const t = await made();
    const narrow = await caller(t, ["approvals.request", "actions.view"]);
    expect(exceeded(await t.ask({ scopes: ["actions.submit"] }, newId(), narrow))).toEqual(["scopes"]);
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const ending = client((await createKey(narrow.manager, { agentId: t.agentId, name: "ending", scopes: ["approvals.request"], expiresOn: day })).key);
    expect(exceeded(await t.ask({ lifeSeconds: 5 * 86_400 }, newId(), ending))).toEqual(["lifeSeconds"]);
    // Asked for with one key and fetched with a narrower one.
    const asked = await t.ask({ scopes: ["actions.submit", "actions.view"] });
    await decideChild(t.supervisor, String(asked.json.id));
    expect((await narrow.post(`/spawn-requests/${String(asked.json.id)}/claim`)).json.scopes).toEqual(["actions.view"]);
  });

  it("cannot get by a grandchild what its parent has not, in rights, money or time, and the line ends", async () => {
    const t = await made();
    const child = await t.child({ tools: [{ tool: "crm.read", mode: "allowed", costCeilingMicros: 50 }], level: "isolated" });
    expect(await t.ask({}, newId(), child.client)).toMatchObject({ status: 403, json: { rule: "level.isolated" } });
    const second = await t.child({ maxRunSeconds: 10 });
    const wide = await t.ask({ maxRunSeconds: 60, budgetMicros: 5_001, lifeSeconds: 7_200, level: "trusted" }, newId(), second.client);
    expect(exceeded(wide)).toEqual(expect.arrayContaining(["maxRunSeconds", "budgetMicros", "lifeSeconds", "level"]));
    const third = await t.child({ budgetMicros: 3_000, lifeSeconds: 600 }, second.client);
    // What the grandchild may spend is not the child's any more.
    const spend = (cost: number) => second.client.post("/actions", { body: { tool: "crm.read", estimatedCostMicros: cost }, headers: { "idempotency-key": newId() } });
    expect([(await spend(2_001)).status, (await spend(2_000)).status]).toEqual([402, 201]);
    const fourth = await t.child({ budgetMicros: 10, lifeSeconds: 120 }, third.client);
    expect(exceeded(await t.ask({ budgetMicros: 1, lifeSeconds: 60 }, newId(), fourth.client))).toEqual(["depth"]);
  });

  it("does not come to be when its parent's rights were narrowed between the asking and the approving", async () => {
    const t = await made();
    const admin = await t.as("organization_admin");
    const asked = await t.ask();
    const { current } = await loadPolicy(admin, { agentId: t.agentId });
    const { version, note: _note, createdAt: _at, createdBy: _by, ...policy } = current;
    await updatePolicy(admin, { agentId: t.agentId, expectedVersion: version, policy: { ...policy, tools: [] }, note: "" });
    await expect(decideChild(t.supervisor, String(asked.json.id))).rejects.toMatchObject({ code: "conflict" });
    const broke = await t.ask({ tools: [] });
    await setBudget(admin, { scopeType: "agent", scopeId: t.agentId, period: "month", timeZone: "UTC", capMicros: 100, hard: true, thresholds: [80] });
    await expect(decideChild(t.supervisor, String(broke.json.id))).rejects.toMatchObject({ code: "policy_denied" });
    const keyless = await t.ask({ tools: [], budgetMicros: 1 });
    await revokeKey(t.parent.manager, { id: t.parent.keyId });
    await expect(decideChild(t.supervisor, String(keyless.json.id))).rejects.toMatchObject({ code: "conflict" });
    expect(await inside(t, (tx) => tx.select({ id: agent.id }).from(agent))).toHaveLength(1);
  });

  it("is not approved by whoever answers for its parent or made its key, and neither is what it asks for later", async () => {
    const t = await made();
    const owner = await t.owner();
    const admin = await t.as("organization_admin");
    const own = await createKey(admin, { agentId: t.agentId, name: "admin's", scopes: ["approvals.request", "actions.submit"] });
    const asked = await t.ask({}, newId(), client(own.key));
    await expect(decideChild(owner, String(asked.json.id))).rejects.toMatchObject({ code: "forbidden" });
    await expect(decideChild(admin, String(asked.json.id))).rejects.toMatchObject({ code: "forbidden" });
    await decideChild(t.supervisor, String(asked.json.id));
    const { json } = await client(own.key).post(`/spawn-requests/${String(asked.json.id)}/claim`);
    const [key] = await inside(t, (tx) => tx.select({ by: apiKey.createdBy }).from(apiKey).where(eq(apiKey.id, String(json.keyId))));
    expect(key?.by).toBe(admin.actor.id);
    const mail = await client(String(json.key)).post("/actions", { body: { tool: "mail.send", estimatedCostMicros: 1 }, headers: { "idempotency-key": newId() } });
    expect((await loadApproval(admin, { id: String(mail.json.approvalId) })).cannotDecide).toMatchObject({ code: "own" });
  });

  it("ends with its time, gives back what it did not spend, and its own children stop with it", async () => {
    const t = await made();
    await setBudget(await t.as("organization_admin"), { scopeType: "agent", scopeId: t.agentId, period: "month", timeZone: "UTC", capMicros: 100_000, hard: true, thresholds: [80] });
    const child = await t.child();
    const grandchild = await t.child({ budgetMicros: 1_000, lifeSeconds: 600 }, child.client);
    const windows = () => inside(t, (tx) => tx.select({ reserved: budgetWindow.reservedMicros, committed: budgetWindow.committedMicros }).from(budgetWindow).orderBy(budgetWindow.id));
    expect((await windows())[0]).toEqual({ reserved: 5_000, committed: 0 });
    const clock = systemCtx("agents", t.organizationId);
    expect(await endChildren(clock)).toBe(0);
    await inside(t, (tx) => tx.update(spawnRequest).set({ endsAt: new Date(Date.now() - 1000) }).where(eq(spawnRequest.childId, child.agentId)));
    expect(await endChildren(clock)).toBe(1);
    expect([await statusOf(t, child.agentId), await statusOf(t, grandchild.agentId)]).toEqual(["retired", "suspended"]);
    expect((await child.client.get("/me")).status).toBe(401);
    // The grandchild's thousand is still set aside in the child's, and so counted as spent.
    expect((await windows())[0]).toEqual({ reserved: 0, committed: 1_000 });
    expect(await endChildren(clock)).toBe(0);
  });

  it("is suspended with its parent, and not made active before it", async () => {
    const t = await made();
    const admin = await t.as("organization_admin");
    const child = await t.child();
    await setAgentStatus(admin, { id: t.agentId, status: "suspended" });
    expect(await statusOf(t, child.agentId)).toBe("suspended");
    expect((await child.client.post("/actions", { body: { tool: "crm.read", estimatedCostMicros: 1 }, headers: { "idempotency-key": "a" } })).status).toBe(403);
    await expect(setAgentStatus(admin, { id: child.agentId, status: "active" })).rejects.toMatchObject({ code: "conflict" });
    await setAgentStatus(admin, { id: t.agentId, status: "active" });
    await setAgentStatus(admin, { id: child.agentId, status: "active" });
    await setAgentStatus(admin, { id: t.agentId, status: "retired" });
    expect(await statusOf(t, child.agentId)).toBe("suspended");
  });

  it("is fetched by nobody else: another agent, another organization, two at once", async () => {
    const t = await made();
    const asked = await t.ask();
    await decideChild(t.supervisor, String(asked.json.id));
    const path = `/spawn-requests/${String(asked.json.id)}/claim`;
    expect((await (await caller(await tenant())).post(path)).status).toBe(404);
    const answers = await Promise.all([t.parent.post(path), t.parent.post(path), t.parent.post(path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it("of a runaway agent is refused early: twenty are alive or asked for, and the queue has its own limit", async () => {
    const t = await made();
    const answers = await Promise.all(Array.from({ length: 24 }, () => t.ask({ budgetMicros: 1 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ json }) => json.rule === "spawn.too_many")).toHaveLength(4);
    const short = await made({ maxWaitingApprovals: 2 });
    const some = await Promise.all(Array.from({ length: 4 }, () => short.ask({ budgetMicros: 1 })));
    expect(some.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429]);
  });
});
