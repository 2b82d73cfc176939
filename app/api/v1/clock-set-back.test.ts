import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { action, approval } from "@/db/schema/action";
import { apiKey } from "@/db/schema/agent";
import { budget, budgetWindow } from "@/db/schema/budget";
import { roleGrant, session } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { decideApproval } from "@/lib/approvals/decide";
import { searchAudit } from "@/lib/audit/search";
import { useAuditKey } from "@/lib/audit/testing";
import { verify } from "@/lib/audit/verify";
import { loadPersonCtx } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { resultCallback } from "@/lib/runs/callbacks";
import { dispatchedRun, resultOf, runnerPrivateKey, runRow, useStubRunner } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { signEnvelope } from "@/runner/contract/signing";
import { caller } from "./testing";

useTestDatabase();
useAuditKey();
useStubRunner();

const hourMs = 3_600_000;
/** The portal's clock goes wrong; the database's stays right, as on a machine of its own. */
const setBack = () => vi.setSystemTime(Date.now() - hourMs);
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() }));
afterEach(() => void vi.useRealTimers());

const inside = <T>(organizationId: string, work: (tx: Tx) => Promise<T>) => inTenant(database(), organizationId, work);
const info = () => ({ requestId: newId(), ip: null, userAgent: null });
const tenMinutesAgo = sql`now() - interval '10 minutes'`;
const crm = { tool: "crm.read", arguments: { id: 1 }, estimatedCostMicros: 600 };
const keyed = () => ({ headers: { "idempotency-key": newId() } });

it("brings nothing back to life that has expired: a session, a role, a key, a grant, an approval", async () => {
  const t = await tenant();
  const agent = await caller(t);
  const supervisor = await t.as("supervisor");
  const { json: allowed } = await agent.post("/actions", { body: crm, ...keyed() });
  const { json: waiting } = await agent.post("/actions", { body: { ...crm, tool: "mail.send" }, ...keyed() });
  const [people, approvals] = [[await t.as("viewer"), await t.as("viewer"), await t.as("viewer")] as const, await inside(t.organizationId, (tx) => tx.select().from(approval))];
  await inside(t.organizationId, async (tx) => {
    await tx.update(session).set({ expiresAt: tenMinutesAgo }).where(eq(session.id, people[0].actor.sessionId));
    await tx.update(session).set({ lastSeenAt: sql`now() - interval '130 minutes'` }).where(eq(session.id, people[1].actor.sessionId));
    await tx.update(roleGrant).set({ validUntil: tenMinutesAgo }).where(eq(roleGrant.personId, people[2].actor.id));
    await tx.update(action).set({ grantExpiresAt: tenMinutesAgo }).where(eq(action.id, String(allowed.id)));
    await tx.update(approval).set({ expiresAt: tenMinutesAgo });
  });
  setBack();
  for (const person of people) expect(await loadPersonCtx(person.actor.sessionId, info())).toBeNull();
  expect(await loadPersonCtx(supervisor.actor.sessionId, info())).not.toBeNull();
  expect(await agent.post(`/actions/${String(allowed.id)}/grant`)).toMatchObject({ status: 409 });
  const asked = approvals.find((each) => each.actionId === waiting.id);
  await expect(decideApproval(supervisor, { id: asked?.id ?? "", decision: "approved", reason: "", digest: asked?.digest.toString("hex") ?? "" })).rejects.toMatchObject({ code: "conflict" });
  await inside(t.organizationId, (tx) => tx.update(apiKey).set({ expiresAt: tenMinutesAgo }).where(eq(apiKey.id, agent.keyId)));
  expect(await agent.get("/me")).toMatchObject({ status: 401, json: { detail: expect.stringContaining("expired") } });
});

it("opens no second budget window, decides nothing twice, and keeps the order of the audit", async () => {
  const t = await tenant();
  await inside(t.organizationId, (tx) =>
    tx.insert(budget).values({ id: newId(), organizationId: t.organizationId, scopeType: "project", scopeId: t.projectId, period: "day", timeZone: "UTC", capMicros: 1_000, hard: true, thresholds: [80] }),
  );
  const agent = await caller(t);
  const again = keyed();
  const first = await agent.post("/actions", { body: crm, ...again });
  expect(first.status).toBe(201);
  setBack();
  expect(await agent.post("/actions", { body: crm, ...keyed() })).toMatchObject({ status: 402 });
  expect(await agent.post("/actions", { body: crm, ...again })).toMatchObject({ status: 200, json: { id: first.json.id } });
  expect(await inside(t.organizationId, (tx) => tx.select().from(budgetWindow))).toHaveLength(1);

  const auditor = await t.as("auditor");
  const { rows } = await searchAudit(auditor, { filter: {}, size: 25 });
  const seqs = rows.map((row) => row.seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
  expect(await verify(systemCtx("audit", t.organizationId))).toMatchObject({ problem: null });
});

it("takes a runner's result as soon as the clock is right again, and loses none", async () => {
  const t = await tenant();
  const run = await dispatchedRun(t);
  const tell = () => resultCallback(new Request("http://portal.test/api/runner/result", { method: "POST", body: JSON.stringify(envelope()) }));
  const runnerTime = new Date();
  const envelope = () => signEnvelope(runnerPrivateKey, "result", resultOf(run), { now: runnerTime });
  setBack();
  const refused = await tell();
  // Not 4xx: to those a runner gives up for good.
  expect([refused.status, await refused.json()]).toMatchObject([503, { detail: expect.stringContaining("clock") }]);
  expect((await runRow(t, run.runId)).finishedAt).toBeNull();
  vi.setSystemTime(runnerTime);
  expect((await tell()).status).toBe(200);
  expect(await runRow(t, run.runId)).toMatchObject({ status: "succeeded" });
});
