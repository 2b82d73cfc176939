import { eq } from "drizzle-orm";
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { action, approval } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import type { LockKind } from "@/db/schema/lock";
import { decideApproval } from "@/lib/approvals/decide";
import { loadApproval } from "@/lib/approvals/load";
import { keyCtx } from "@/lib/ctx/key";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { listLocksOf } from "@/lib/locks/list-of";
import { letTimePass, lift, place } from "@/lib/locks/testing";
import { inside } from "@/lib/runs/testing";
import { claimSpawned } from "@/lib/spawn/claim";
import { requestSpawn } from "@/lib/spawn/request";
import { approvedChild, childOf, decideChild } from "@/lib/spawn/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { api } from "./app";
import { caller } from "./testing";

const { current } = useTestDatabase();

const read = { tool: "crm.read", arguments: { id: 7 }, estimatedCostMicros: 1000 };
const mail = { tool: "mail.send", arguments: { to: "a@b.test" }, estimatedCostMicros: 1000 };
const python = { tool: "sandbox.python", arguments: { code: "print(1)" }, estimatedCostMicros: 1000 };
const keyed = (key: string = newId()) => ({ headers: { "idempotency-key": key } });

/** A caller whose key is remembered, an admin, and what may be locked of it. */
async function made() {
  const t = await tenant();
  const client = await caller(t);
  const submit = async (body: object, key?: string) => client.post("/actions", { body, ...keyed(key) });
  const admin = await t.as("organization_admin");
  const targets: Record<"key" | "agent" | "workspace" | "organization", string> = { key: client.keyId, agent: t.agentId, workspace: t.workspaceId, organization: t.organizationId };
  return { ...t, client, submit, admin, targets };
}
const callers = ["key", "agent", "workspace", "organization"] as const;
const statusOf = (t: { organizationId: string }, id: unknown) => inside(t, async (tx) => (await tx.select({ status: action.status }).from(action).where(eq(action.id, String(id))))[0]?.status);

describe("an agent that is stopped by a lock on", () => {
  it.each(callers)("its %s is refused on the very next call with the message and the end, also with a remembered key and for what was answered before", async (kind) => {
    const t = await made();
    const first = await t.submit(read, "first");
    expect(first.status).toBe(201);
    const { id } = await place(t.admin, kind, t.targets[kind], { minutes: 60, message: "It sent mail to everybody." });
    const stopped = { status: 423, json: { type: "urn:countersign:problem:locked", detail: expect.stringContaining("It sent mail to everybody (until 20"), lock: { kind, message: "It sent mail to everybody.", until: expect.stringMatching(/^20/) } } };
    expect(await t.submit(read)).toMatchObject(stopped);
    expect(await t.submit(read, "first")).toMatchObject(stopped);
    expect(await t.client.post("/actions", { raw: "{", ...keyed() })).toMatchObject({ status: 423 });
    for (const path of ["/me", "/actions", `/actions/${first.json.id}`]) expect([path, (await t.client.get(path)).status]).toEqual([path, 423]);
    expect((await eventsOf(t.organizationId)).filter((event) => event === "keys.refused:blocked")).toHaveLength(1);
    await lift(t.admin, { id });
    expect((await t.submit(read)).status).toBe(201);
    expect(await t.submit(read, "first")).toMatchObject({ status: 200, json: { id: first.json.id } });
  });

  it.each(callers)("its %s may not begin what it was allowed, and may report what it had begun", async (kind) => {
    const t = await made();
    const [begun, allowed] = [await t.submit(read), await t.submit(read)];
    expect((await t.client.post(`/actions/${begun.json.id}/grant`)).status).toBe(200);
    const receipt = await place(t.admin, kind, t.targets[kind]);
    expect(receipt.lines).toEqual(expect.arrayContaining([{ effect: "grants", count: 1, names: ["crm.read"] }]));
    expect((await t.client.post(`/actions/${allowed.json.id}/grant`)).status).toBe(423);
    const outcome = await t.client.post(`/actions/${begun.json.id}/outcome`, { body: { status: "succeeded", costMicros: 900 } });
    expect(outcome).toMatchObject({ status: 200, json: { status: "succeeded", actualCostMicros: 900 } });
    expect(await statusOf(t, allowed.json.id)).toBe("allowed");
    await lift(t.admin, receipt);
    expect((await t.client.post(`/actions/${allowed.json.id}/grant`)).status).toBe(200);
  });

  it.each(callers)("its %s has its runs stopped, and its waiting requests kept but not decided, from any tab", async (kind) => {
    const t = await made();
    const [script, asked] = [await t.submit(python), await t.submit(mail)];
    const supervisor = await t.as("supervisor");
    const id = String(asked.json.approvalId);
    const seen = await loadApproval(supervisor, { id });
    const receipt = await place(t.admin, kind, t.targets[kind]);
    expect(receipt.lines.map(({ effect, count }) => [effect, count])).toEqual(expect.arrayContaining([["runs", 1], ["waiting", 1]]));
    const [stopped] = await inside(t, (tx) => tx.select({ status: run.status }).from(run).where(eq(run.id, String(script.json.runId))));
    expect(stopped?.status).toBe("cancelled");
    for (const decision of ["approved", "rejected"] as const) {
      await expect(decideApproval(supervisor, { id, decision, reason: "No", digest: seen.digest })).rejects.toMatchObject({ code: "locked" });
    }
    expect((await loadApproval(supervisor, { id })).cannotDecide).toMatchObject({ code: "locked" });
    await lift(t.admin, receipt);
    expect(await decideApproval(supervisor, { id, decision: "approved", reason: "", digest: seen.digest })).toMatchObject({ status: "approved" });
  });
});

describe("an agent below one that is locked", () => {
  it("is stopped with it, also a child's child: calls, grants, runs, waiting requests and new keys, and the receipt says so", async () => {
    const t = await made();
    const tools = (["crm.*", "sandbox.*"] as const).map((tool) => ({ tool, mode: "allowed" as const, costCeilingMicros: null, rate: null, paths: null, domains: null, operations: null }));
    const child = await claimSpawned(t.agent, { id: await approvedChild(t.agent, t.admin, childOf("Child", { tools, budgetMicros: 5_000_000 })) });
    const childCtx = await keyCtx(`Bearer ${child.key}`, { requestId: newId(), ip: null, userAgent: null });
    const grandchild = await claimSpawned(childCtx, { id: await approvedChild(childCtx, t.admin, childOf("Grandchild", { tools, budgetMicros: 2_000_000, lifeSeconds: 1_800 })) });
    const { id: waiting } = await requestSpawn(childCtx, childOf("Another", { lifeSeconds: 600 }), newId());
    const call = async (key: string, path: string, body?: object) => {
      const response = await api.request(`/api/v1${path}`, { method: body ? "POST" : "GET", headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": newId() }, ...(body ? { body: JSON.stringify(body) } : {}) });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    };
    const allowed = await call(grandchild.key, "/actions", read);
    const script = await call(child.key, "/actions", { ...python, estimatedCostMicros: 10 });
    expect([allowed.status, script.status]).toEqual([201, 201]);

    const receipt = await place(t.admin, "agent", t.agentId, { message: "It spawned too much." });
    expect(receipt.lines.map(({ effect, count }) => [effect, count])).toEqual(
      expect.arrayContaining([["agents", 3], ["runs", 1], ["grants", 1], ["waiting", 1]]),
    );
    expect(receipt.lines.find(({ effect }) => effect === "agents")?.names).toEqual(expect.arrayContaining(["Child", "Grandchild"]));
    for (const { key } of [child, grandchild]) {
      expect(await call(key, "/actions", read)).toMatchObject({ status: 423, json: { lock: { kind: "agent" }, detail: expect.stringContaining("An agent above this one is locked: It spawned too much") } });
    }
    expect((await call(grandchild.key, `/actions/${String(allowed.json.id)}/grant`, {})).status).toBe(423);
    const [stopped] = await inside(t, (tx) => tx.select({ status: run.status }).from(run).where(eq(run.id, String(script.json.runId))));
    expect(stopped?.status).toBe("cancelled");
    await expect(decideChild(t.admin, waiting)).rejects.toMatchObject({ code: "locked" });
    expect(await listLocksOf(t.admin, { of: [{ kind: "agent", target: grandchild.agentId }] })).toMatchObject([{ id: receipt.id, kind: "agent" }]);

    await lift(t.admin, receipt);
    expect((await call(grandchild.key, `/actions/${String(allowed.json.id)}/grant`, {})).status).toBe(200);
    // A lock on a child stops what is below it, and nothing above.
    await place(t.admin, "agent", child.agentId);
    expect([(await call(child.key, "/me")).status, (await call(grandchild.key, "/me")).status, (await t.submit(read)).status]).toEqual([423, 423, 201]);
  });
});

describe("a locked tool", () => {
  it.each([["crm.read"], ["crm.*"], ["crm/read"], ["*"]])("is denied by the rule `lock` as %s, with its message, and the denial is kept", async (target) => {
    const t = await made();
    const receipt = await place(t.admin, "tool", target, { message: "It leaks names." });
    const denied = await t.submit({ ...read, tool: "crm/read" });
    expect(denied).toMatchObject({ status: 423, json: { rule: "lock", lock: { kind: "tool" }, detail: expect.stringContaining("This tool is locked: It leaks names"), action: { status: "denied", decision: { outcome: "deny", rule: "lock" } } } });
    if (target !== "*") expect((await t.submit(mail)).status).toBe(201);
    await lift(t.admin, receipt);
    expect((await t.submit(read)).status).toBe(201);
  });

  it("is spelled in no way that the lock does not see", async () => {
    const t = await made();
    await place(t.admin, "tool", "crm.read");
    for (const tool of ["CRM.read", "crm.READ", "ｃrm.read", "crm․read", "crm.read\u200b", " crm.read"]) expect([tool, (await t.submit({ ...read, tool })).status]).toEqual([tool, 400]);
    expect((await t.submit({ ...read, tool: "crm/read" })).status).toBe(423);
  });

  it("does not begin where it was allowed, is answered no replay, and stops its runs only", async () => {
    const t = await made();
    const [allowed, script] = [await t.submit(read, "first"), await t.submit(python)];
    await place(t.admin, "tool", "crm.read", { workspaceId: t.workspaceId });
    expect(await t.client.post(`/actions/${allowed.json.id}/grant`)).toMatchObject({ status: 423, json: { lock: { kind: "tool" } } });
    expect((await t.submit(read, "first")).status).toBe(423);
    expect(await statusOf(t, script.json.id)).toBe("allowed");
    const { lines } = await place(t.admin, "tool", "sandbox.*");
    expect(lines).toMatchObject([{ effect: "runs", count: 1 }]);
    expect(await statusOf(t, script.json.id)).toBe("cancelled");
  });

  it("is locked where it says, and goes on elsewhere and in other organizations", async () => {
    const [t, other] = [await made(), await made()];
    await place(t.admin, "tool", "crm.read");
    expect((await other.submit(read)).status).toBe(201);
    expect((await t.submit(read)).status).toBe(423);
  });
});

describe("a locked request", () => {
  it("is decided by nobody, and does not begin if it was approved before", async () => {
    const t = await made();
    const [one, two] = [await t.submit(mail), await t.submit(mail)];
    const supervisor = await t.as("supervisor");
    const decide = async (asked: typeof one, decision: "approved" | "rejected") => decideApproval(supervisor, { id: String(asked.json.approvalId), decision, reason: "No", digest: String(asked.json.digest) });
    await place(t.admin, "approval", String(one.json.approvalId));
    for (const decision of ["approved", "rejected"] as const) await expect(decide(one, decision)).rejects.toMatchObject({ code: "locked" });
    await decide(two, "approved");
    const receipt = await place(t.admin, "approval", String(two.json.approvalId));
    expect(await t.client.post(`/actions/${two.json.id}/grant`)).toMatchObject({ status: 423, json: { lock: { kind: "approval" } } });
    await lift(t.admin, receipt);
    expect((await t.client.post(`/actions/${two.json.id}/grant`)).status).toBe(200);
    const [still] = await inside(t, (tx) => tx.select({ status: approval.status }).from(approval).where(eq(approval.id, String(one.json.approvalId))));
    expect(still?.status).toBe("pending");
  });
});

it("a lock ends by the database's clock, without anybody's help", async () => {
  const t = await made();
  await place(t.admin, "agent", t.agentId, { minutes: 60 });
  expect((await t.submit(read)).status).toBe(423);
  await letTimePass(t);
  expect((await t.submit(read)).status).toBe(201);
});

it("nothing is allowed by a decision that commits after a lock was placed, and the receipt counts what came before", async () => {
  const t = await made();
  await t.submit(read);
  for (const kind of ["tool", "agent"] as const satisfies LockKind[]) {
    const flood = Array.from({ length: 40 }, () => t.submit(read));
    const placing = place(t.admin, kind, kind === "tool" ? "crm.read" : t.agentId);
    const more = Array.from({ length: 40 }, () => t.submit(read));
    const receipt = await placing;
    const answers = await Promise.all([...flood, ...more]);
    const after = await Promise.all(Array.from({ length: 10 }, () => t.submit(read)));
    expect(after.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 423));
    const [counted] = receipt.lines.filter(({ effect }) => effect === "grants");
    const rows = await inside(t, (tx) => tx.select({ id: action.id }).from(action).where(eq(action.status, "allowed")));
    expect([kind, counted?.count ?? 0]).toEqual([kind, rows.length]);
    expect(answers.every(({ status }) => status === 201 || status === 423)).toBe(true);
    await lift(t.admin, receipt);
  }
});

it("everything is refused, with a word why, while the table of locks cannot be read", async () => {
  const t = await made();
  const allowed = await t.submit(read);
  const asked = await t.submit(mail);
  const supervisor = await t.as("supervisor");
  const owner = postgres(current().adminUrl, { max: 1 });
  await owner`revoke select on lock from countersign_app`;
  try {
    for (const answer of [await t.submit(read), await t.client.get("/me"), await t.client.post(`/actions/${allowed.json.id}/grant`)]) {
      expect(answer).toMatchObject({ status: 503, json: { detail: expect.stringContaining("counts as locked") } });
    }
    const unreadable = { cause: expect.objectContaining({ code: "42501" }) } as const;
    await expect(loadPersonCtx(supervisor.actor.sessionId, { requestId: newId(), ip: null, userAgent: null })).rejects.toMatchObject(unreadable);
    await expect(decideApproval(supervisor, { id: String(asked.json.approvalId), decision: "approved", reason: "", digest: String(asked.json.digest) })).rejects.toMatchObject(unreadable);
  } finally {
    await owner`grant select on lock to countersign_app`;
    await owner.end();
  }
  expect((await t.submit(read)).status).toBe(201);
  expect(await statusOf(t, allowed.json.id)).toBe("allowed");
});
