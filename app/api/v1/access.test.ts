import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { apiKey } from "@/db/schema/agent";
import { agentScopes, type AgentScope } from "@/lib/ability/permissions";
import { setAgentStatus } from "@/lib/agents/set-status";
import { sessionCookie, sessionToken } from "@/lib/auth/cookie";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { makeKey } from "@/lib/keys/format";
import { revokeKey } from "@/lib/keys/revoke";
import { inside } from "@/lib/runs/testing";
import { childOf } from "@/lib/spawn/testing";
import { type Place, type World, world } from "@/lib/testing/world";
import { useWorldParts } from "@/lib/testing/world-parts";
import { api } from "./app";
import { openApiDocument } from "./openapi";

useWorldParts();

type Operation = { scope: AgentScope | null; path: (place: Place) => string; body?: (place: Place) => unknown; lists?: boolean };
const id = (place: Place) => place.pending.id;

/** Every operation of the document, with the scope that it needs and a request that its own agent may make. */
const operations: Record<string, Operation> = {
  "get /me": { scope: null, path: () => "/me", lists: true },
  "post /actions": { scope: "actions.submit", path: () => "/actions", body: () => ({ tool: "crm.read", arguments: {}, estimatedCostMicros: 1 }), lists: true },
  "post /actions/batches": { scope: "actions.submit", path: () => "/actions/batches", body: () => ({ actions: [{ idempotencyKey: newId(), tool: "crm.read", arguments: {}, estimatedCostMicros: 1 }] }), lists: true },
  "get /actions/{id}/events": { scope: "actions.view", path: (p) => `/actions/${p.ended.id}/events` },
  "get /actions": { scope: "actions.view", path: () => "/actions", lists: true },
  "get /actions/{id}": { scope: "actions.view", path: (p) => `/actions/${id(p)}` },
  "get /actions/{id}/wait": { scope: "actions.view", path: (p) => `/actions/${p.allowed.id}/wait?timeoutSeconds=1` },
  "get /runs/{id}": { scope: "runs.view", path: (p) => `/runs/${p.run.runId}` },
  "get /runs/{id}/output": { scope: "runs.view", path: (p) => `/runs/${p.run.runId}/output?stream=stdout` },
  "get /runs/{id}/files": { scope: "runs.view", path: (p) => `/runs/${p.run.runId}/files` },
  "get /runs/{id}/files/{name}": { scope: "runs.view", path: (p) => `/runs/${p.run.runId}/files/${p.fileName}` },
  "get /budget-requests/{id}": { scope: "approvals.request", path: (p) => `/budget-requests/${p.requestId}` },
  "post /actions/{id}/grant": { scope: "actions.report", path: (p) => `/actions/${p.allowed.id}/grant`, body: () => ({}) },
  "post /actions/{id}/outcome": { scope: "actions.report", path: (p) => `/actions/${p.taken.id}/outcome`, body: () => ({ status: "succeeded", costMicros: 0 }) },
  "post /actions/{id}/cancel": { scope: "actions.cancel", path: (p) => `/actions/${id(p)}/cancel`, body: () => ({}) },
  "get /spawn-requests/{id}": { scope: "approvals.request", path: (p) => `/spawn-requests/${p.spawnId}` },
  "get /spawn-requests/{id}/wait": { scope: "approvals.request", path: (p) => `/spawn-requests/${p.spawnId}/wait?timeoutSeconds=0` },
  "post /spawn-requests/{id}/claim": { scope: "approvals.request", path: (p) => `/spawn-requests/${p.approvedSpawnId}/claim` },
  "post /spawn-requests": { scope: "approvals.request", path: () => "/spawn-requests", body: () => childOf(`Child ${newId()}`), lists: true },
  "get /lease-requests/{id}": { scope: "approvals.request", path: (p) => `/lease-requests/${p.leaseRequestId}` },
  "post /lease-requests": { scope: "approvals.request", path: () => "/lease-requests", body: () => ({ tools: ["mail.send"], costEachMicros: 0, costTotalMicros: 0, reason: "A test" }), lists: true },
  "post /network/checks": { scope: "actions.submit", path: () => "/network/checks", body: () => ({ url: "https://api.example.com" }), lists: true },
  "get /actions/{id}/narrowing": { scope: "actions.view", path: (p) => `/actions/${p.narrowed.id}/narrowing` },
  "post /actions/{id}/accept": { scope: "actions.submit", path: (p) => `/actions/${p.narrowed.id}/accept`, body: (p) => ({ digest: p.narrowed.digest }) },
  "post /actions/{id}/decline": { scope: "actions.submit", path: (p) => `/actions/${p.narrowed.id}/decline`, body: (p) => ({ digest: p.narrowed.digest }) },
  "post /budget-requests": { scope: "approvals.request", path: () => "/budget-requests", body: (p) => ({ budgetId: p.budgetId, amountMicros: 5, reason: "again more" }) },
  "post /spawn-requests/{id}/cancel": { scope: "approvals.request", path: (p) => `/spawn-requests/${p.spawnId}/cancel`, body: () => ({}) },
  "post /lease-requests/{id}/cancel": { scope: "approvals.request", path: (p) => `/lease-requests/${p.leaseRequestId}/cancel`, body: () => ({}) },
  "post /budget-requests/{id}/cancel": { scope: "approvals.request", path: (p) => `/budget-requests/${p.requestId}/cancel`, body: () => ({}) },
};

async function call(name: string, place: Place, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  const operation = operations[name];
  const [method = "get"] = name.split(" ");
  const body = operation?.body?.(place);
  const response = await api.request(`/api/v1${operation?.path(place) ?? ""}`, {
    method: method.toUpperCase(),
    headers: { ...headers, "idempotency-key": newId(), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: `${JSON.stringify([...response.headers])} ${await response.text()}` };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("every operation of the public API", () => {
  let ours: World;
  let foreign: World;
  const refused = new Map<string, Record<string, string>>();

  beforeAll(async () => {
    [ours, foreign] = [await world(), await world()];
    const { admin, here } = ours;
    const key = (scopes: readonly AgentScope[] = agentScopes, agentId = here.agentId) => createKey(admin, { agentId, name: newId(), scopes: [...scopes] });
    const [revoked, expired, retired] = [await key(), await key(), await key(agentScopes, ours.there.agentId)];
    // All of them were good a moment ago, and used.
    for (const { key: each } of [revoked, expired, retired]) expect((await call("get /me", here, bearer(each))).status).toBe(200);
    await revokeKey(admin, { id: revoked.id });
    await inside(ours, (tx) => tx.update(apiKey).set({ expiresAt: new Date(Date.now() - 1_000) }).where(eq(apiKey.id, expired.id)));
    await setAgentStatus(admin, { id: ours.there.agentId, status: "retired" });
    refused.set("no key", {});
    refused.set("a key that nobody made", bearer(makeKey()));
    refused.set("a key that was revoked", bearer(revoked.key));
    refused.set("a key that has expired", bearer(expired.key));
    refused.set("a key of a retired agent", bearer(retired.key));
    refused.set("a key by another scheme", { authorization: `Basic ${Buffer.from(`${here.key}:`).toString("base64")}` });
    refused.set("a key with a letter more", bearer(`${here.key}A`));
    refused.set("a person's session", { cookie: `${sessionCookie().name}=${await sessionToken(admin.actor.sessionId)}` });
    refused.set("a person's session as a key", bearer(await sessionToken(admin.actor.sessionId)));
  });

  const expectNoMark = ({ text }: { text: string }, what: string) => {
    for (const { mark } of [ours.here, ours.there]) expect(text.includes(mark), `${what}: ${text.slice(0, 300)}`).toBe(false);
  };

  it("is in the matrix", () => {
    // What answers, whether it is described or not; the description itself is for everybody.
    const answered = api.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method.toLowerCase()} ${path.replace("/api/v1", "").replace(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`);
    expect(answered.filter((name) => name !== "get /openapi.json").sort()).toEqual(Object.keys(operations).sort());
    const described = Object.entries(openApiDocument(api).paths ?? {}).flatMap(([path, methods]) => Object.keys(methods ?? {}).map((method) => `${method} ${path.replace("/api/v1", "")}`));
    expect(described.sort()).toEqual(Object.keys(operations).sort());
  });

  it("is refused without a key that is in force", async () => {
    for (const [who, headers] of refused) {
      for (const name of Object.keys(operations)) {
        const answer = await call(name, ours.here, headers);
        // Who sends many keys that nobody made is told to wait.
        expect(who === "a key that nobody made" ? [401, 429] : [401], `${name} with ${who}`).toContain(answer.status);
        expectNoMark(answer, `${name} with ${who}`);
      }
    }
  });

  it("finds nothing of another organization's or another workspace's", async () => {
    for (const [who, place] of [["an agent of another organization", foreign.here], ["another agent of it", foreign.there]] as const) {
      for (const [name, operation] of Object.entries(operations)) {
        const answer = await call(name, ours.here, bearer(place.key));
        expectNoMark(answer, `${name} by ${who}`);
        if (!operation.lists) expect(answer.status, `${name} by ${who}: ${answer.text.slice(0, 300)}`).toBe(404);
      }
    }
    // Within one organization: the first place's agent asks for what is the second's.
    for (const [name, operation] of Object.entries(operations)) {
      const answer = await call(name, foreign.there, bearer(foreign.here.key));
      expect(answer.text.includes(foreign.there.mark), `${name}: ${answer.text.slice(0, 300)}`).toBe(false);
      if (!operation.lists) expect(answer.status, `${name}: ${answer.text.slice(0, 300)}`).toBe(404);
    }
  });

  it("needs its own scope, and no other is enough", async () => {
    for (const scope of agentScopes) {
      const others = agentScopes.filter((each) => each !== scope);
      const { key } = await createKey(ours.admin, { agentId: ours.here.agentId, name: newId(), scopes: others });
      for (const [name, operation] of Object.entries(operations)) {
        if (operation.scope !== scope) continue;
        const answer = await call(name, ours.here, bearer(key));
        expect(answer.status, `${name} without ${scope}: ${answer.text.slice(0, 300)}`).toBe(403);
        // Whom to ask for another key it is told: the person who answers for it.
        expectNoMark({ text: answer.text.replace(/"owner":\{[^}]*\}/, "") }, `${name} without ${scope}`);
      }
    }
  });

  it("begins nothing new for a suspended agent", async () => {
    const { admin, here } = foreign;
    await setAgentStatus(admin, { id: here.agentId, status: "suspended" });
    for (const name of ["post /actions", "post /actions/{id}/grant"]) {
      const answer = await call(name, here, bearer(here.key));
      expect([403, 409], `${name}: ${answer.text.slice(0, 300)}`).toContain(answer.status);
    }
  });

  it("works for its own agent", async () => {
    const asked = await inside(ours, (tx) => tx.select({ scopes: apiKey.scopes }).from(apiKey).where(eq(apiKey.id, ours.here.apiKeyId)));
    expect(asked[0]?.scopes).toEqual([...agentScopes]);
    for (const name of Object.keys(operations)) {
      const answer = await call(name, ours.here, bearer(ours.here.key));
      // It asked for more money already, and accepted what it could decline, so those are conflicts.
      expect(["post /budget-requests", "post /actions/{id}/decline"].includes(name) ? [409] : [200, 201], `${name}: ${answer.text.slice(0, 300)}`).toContain(answer.status);
    }
  });
});
