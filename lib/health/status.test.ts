import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { mail } from "@/db/schema/message";
import { inTenant } from "@/db/tenant";
import { recordVerification } from "@/lib/audit/record-verification";
import { useAuditKey } from "@/lib/audit/testing";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { newRun, useStubRunner } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { judgeAudit } from "./parts/audit";
import { judgeDatabase } from "./parts/database";
import { judgeEngine } from "./parts/engine";
import { judgeOutbox } from "./parts/outbox";
import type { Part } from "./parts/part";
import { systemStatus } from "./status";

const busy = { due: 3, running: 2, oldestSeconds: 400 };
let queue = { due: 0, running: 0, oldestSeconds: 0 };
let engineIsThere = true;
const engine = createServer((request, response) => {
  if (!engineIsThere || request.method !== "GET") return void response.writeHead(503).end("{}");
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ status: "ok", queue }));
});

useTestDatabase();
useAuditKey();
const runner = useStubRunner();
beforeAll(async () => {
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  Object.assign(process.env, { INNGEST_BASE_URL: `http://127.0.0.1:${(engine.address() as AddressInfo).port}`, INNGEST_EVENT_KEY: "key" });
});
beforeEach(() => {
  engineIsThere = true;
  queue = { due: 0, running: 0, oldestSeconds: 0 };
  env().SMTP_URL = undefined;
});
afterAll(() => void engine.close());

const byId = ({ parts }: { parts: Part[] }) => Object.fromEntries(parts.map((part) => [part.id, part])) as Record<Part["id"], Part>;

it("tells a super admin how every part stands, in figures and without a word of the tenants", async () => {
  const made = await tenant();
  await newRun(made);
  const status = await systemStatus(await made.as("super_admin"));
  const parts = byId(status);
  expect(Object.keys(parts)).toEqual(["portal", "database", "engine", "outbox", "runner", "audit", "mail", "places"]);
  expect([parts.portal.state, parts.database.state, parts.engine.state, parts.runner.state, parts.mail.state]).toEqual(["ok", "ok", "ok", "ok", "off"]);
  expect(parts.database.facts.map(({ term }) => term)).toEqual(["Answers in", "Of the portal", "Pool", "Of everybody", "Version"]);
  expect(parts.runner.facts).toContainEqual({ term: "Runs", value: "1 open, 0 wait for a runner" });
  expect(parts.audit.facts[2]?.value).toContain("never");
  for (const secret of [made.organizationId, made.agentId, "Expense analyst", "Finance", "@example.test", new URL(env().DATABASE_URL).password]) {
    expect(JSON.stringify(status)).not.toContain(secret);
  }
});

it("is nobody else's, whatever else they may do, and the attempt is recorded", async () => {
  const made = await tenant();
  for (const role of ["organization_admin", "auditor", "viewer"] as const) {
    await expect(systemStatus(await made.as(role))).rejects.toMatchObject({ code: "forbidden", extensions: { permission: "platform.view" } });
  }
  expect(await eventBodies(made.organizationId, "access.denied")).toHaveLength(3);
});

it("says of each part that is away what it means, what to do, and the command that mends it", async () => {
  const made = await tenant();
  const admin = await made.as("super_admin");
  engineIsThere = false;
  runner.health = {
    ...runner.health, status: "sandbox_unavailable",
    sandbox: { ...runner.health.sandbox, usable: false, problem: "runsc is not installed.", mend: "apt-get install runsc" },
  };
  let parts = byId(await systemStatus(admin));
  expect(parts.engine).toMatchObject({ state: "down", means: expect.stringContaining("nothing of it is lost") });
  expect(parts.runner).toMatchObject({ state: "down", says: "runsc is not installed.", command: "apt-get install runsc" });
  engineIsThere = true;
  queue = busy;
  runner.silent = true;
  parts = byId(await systemStatus(admin));
  expect(parts.engine).toMatchObject({ state: "attention", says: "3 jobs due, the oldest for 7 min." });
  expect(parts.runner).toMatchObject({ state: "down", says: "The sandbox runner does not answer." });
  env().SMTP_URL = "smtp://127.0.0.1:1";
  await inTenant(database(), made.organizationId, (tx) =>
    tx.insert(mail).values({ id: newId(), organizationId: made.organizationId, dedupeKey: "x", recipient: "a@b.test", subject: "s", text: "t", status: "failed" }));
  expect(byId(await systemStatus(admin)).mail).toMatchObject({ state: "attention", says: expect.stringContaining("1 mail for good") });
});

it("never calls a chain intact that was found broken", async () => {
  const admin = await (await tenant()).as("super_admin");
  await recordVerification(admin, { verifiedTo: 2, events: 2, checkpoints: 0, problem: { seq: 3, kind: "changed", message: "Event 3 was changed." } });
  expect(byId(await systemStatus(admin)).audit).toMatchObject({ state: "down", says: expect.stringContaining("Event 3 was changed.") });
});

it("judges what waits by its age, not by its number", () => {
  expect(judgeOutbox({ waiting: 5_000, oldestSeconds: 2 }).state).toBe("ok");
  expect(judgeOutbox({ waiting: 1, oldestSeconds: 60 })).toMatchObject({ state: "attention", says: "1 event for the job engine waits, the oldest for 60 s." });
  expect(judgeOutbox({ waiting: 1, oldestSeconds: 3_600 }).state).toBe("down");
  expect(judgeEngine({ address: null, up: true, gapMs: null, queue: null })).toMatchObject({ state: "ok", facts: [{ value: "Inngest's cloud" }] });
  expect(judgeEngine({ address: null, up: true, gapMs: 400_000, queue: null })).toMatchObject({ state: "down", says: expect.stringContaining("7 minutes apart") });
  const audit = { events: 9, lagEvents: 4, lagSeconds: 30, signed: true, verification: null };
  expect(judgeAudit(audit, 0).state).toBe("ok");
  expect(judgeAudit({ ...audit, lagSeconds: 4_000 }, 0)).toMatchObject({ state: "attention", says: "4 events have waited 67 min for a signed checkpoint." });
  expect(judgeAudit({ ...audit, signed: false }, 0).state).toBe("attention");
  const verification = { verifiedTo: 9, events: 9, checkpoints: 1, problem: null, seq: 9, at: new Date(0), by: "Audit" };
  const hours = (count: number) => judgeAudit({ ...audit, verification }, count * 3_600_000).state;
  expect([hours(30), hours(60)]).toEqual(["ok", "attention"]);
});

it("says of the database whether it is away, old, crowded or slow", () => {
  const connections = { active: 1, idle: 2, inTransaction: 0, all: 5, most: 100, version: "18.1" };
  const well = { state: "ok" as const, latencyMs: 1, connections, pool: 16 };
  expect(judgeDatabase(well).state).toBe("ok");
  const bad = [judgeDatabase({ ...well, connections: null }), judgeDatabase({ ...well, state: "not_migrated" }), judgeDatabase({ ...well, connections: { ...connections, all: 95 } }), judgeDatabase({ ...well, latencyMs: 900 })];
  expect(bad.map(({ state }) => state)).toEqual(["down", "down", "attention", "attention"]);
  for (const part of bad) expect([part.means, part.act]).toEqual([expect.any(String), expect.any(String)]);
});
