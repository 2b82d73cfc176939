import postgres, { type Sql } from "postgres";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { FlakyProxy } from "@/lib/testing/flaky-proxy";
import { type App, startApp } from "../conformance/app";
import { testDatabase, type TestDatabase } from "../conformance/database";
import { nextTick } from "./cron";
import { type EngineOptions, type RunningEngine, startEngine } from "./start";

const keys = { signingKey: "signkey-test-00ff", eventKey: "event-key" };
let database: TestDatabase;
let admin: Sql;
const running: RunningEngine[] = [];
const apps: App[] = [];

beforeAll(async () => {
  database = await testDatabase();
  admin = postgres(database.url, { max: 2, onnotice: () => {} });
}, 60_000);
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  await Promise.all(running.splice(0).map((engine) => engine.stop()));
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

async function engine(options: Partial<EngineOptions> = {}): Promise<RunningEngine> {
  const started = await startEngine({
    databaseUrl: database.url,
    ...keys,
    pollIntervalMs: 200,
    retryBaseMs: 50,
    logLevel: "fatal",
    ...options,
  });
  running.push(started);
  return started;
}

async function app(url: string, ...[define, id]: Parameters<typeof startApp> extends [unknown, ...infer R] ? R : never) {
  const started = await startApp({ url, ...keys }, define, id);
  apps.push(started);
  expect(await started.sync()).toMatchObject({ status: 200 });
  return started;
}

it("waits while another engine works on the database, and takes over when it ends", async () => {
  const first = await engine();
  let isStandby = false;
  const second = engine({ onStandby: () => (isStandby = true) });
  await expect.poll(() => isStandby).toBe(true);
  await first.stop();
  expect((await fetch(`${(await second).url}/healthz`)).status).toBe(200);
});

it("says so when it can no longer be sure to be the only one", async () => {
  const failures: Error[] = [];
  await engine({ onFatal: (error) => failures.push(error) });
  await admin`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'countersign-engine-leader' AND datname = current_database()`;
  await expect.poll(() => failures.map(({ message }) => message)).toEqual([expect.stringContaining("lost")]);
});

it("waits for a database that is away when it starts", async () => {
  const url = new URL(database.url);
  const proxy = new FlakyProxy({ host: url.hostname, port: Number(url.port) });
  await proxy.be("open");
  url.port = String(proxy.port);
  await proxy.be("refused");
  const starting = engine({ databaseUrl: url.href });
  await admin`SELECT pg_sleep(0.5)`;
  await proxy.be("open");
  expect((await fetch(`${(await starting).url}/healthz`)).status).toBe(200);
  await (await starting).stop();
  await proxy.close();
});

it("does not wait for a database that will never take it", async () => {
  const url = new URL(database.url);
  url.pathname = "/no_such_database";
  await expect(startEngine({ databaseUrl: url.href, ...keys })).rejects.toThrow(/no_such_database/);
});

it("runs as a role that owns its two schemas and may create nothing else", async () => {
  const role = `engine_role_${Date.now()}`;
  const fresh = await testDatabase();
  const sql = postgres(fresh.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(`
    CREATE ROLE ${role} LOGIN PASSWORD 'secret';
    CREATE SCHEMA engine AUTHORIZATION ${role};
    CREATE SCHEMA graphile_worker AUTHORIZATION ${role};`);
  const url = new URL(fresh.url);
  url.username = role;
  url.password = "secret";
  const started = await engine({ databaseUrl: url.href });
  const test = await app(started.url, (client, journal) => [
    client.createFunction({ id: "role", triggers: { event: "role" } }, () => journal.note("ran")),
  ], "role");
  await test.client.send({ name: "role" });
  await test.journal.seen("ran");
  await test.close();
  await started.stop();
  await sql.end();
  await fresh.drop();
  await admin.unsafe(`DROP ROLE ${role}`);
});

it("cuts off a call that takes too long to end when it stops, and makes it again at the next start", async () => {
  const first = await engine({ graceMs: 100 });
  let release = () => {};
  const hanging = new Promise<void>((resolve) => (release = resolve));
  const define: Parameters<typeof startApp>[1] = (client, journal) => [
    client.createFunction({ id: "long", retries: 0, triggers: { event: "long" } }, async ({ step }) => {
      await step.run("long", async () => {
        journal.note("long");
        if (journal.count("long") === 1) await hanging;
      });
      journal.note("ended");
    }),
  ];
  const test = await app(first.url, define, "long");
  await test.client.send({ name: "long" });
  await test.journal.seen("long");
  await first.stop();
  await engine({ port: first.port });
  await test.journal.seen("ended");
  expect(test.journal.count("long")).toBe(2);
  release();
});

it("answers who sends events while it stops, and keeps what they sent", async () => {
  const first = await engine();
  const held = await admin.reserve();
  await held`BEGIN`;
  await held`LOCK TABLE engine.event IN ACCESS EXCLUSIVE MODE`;
  const sent = fetch(`${first.url}/e/${keys.eventKey}`, { method: "POST", body: JSON.stringify({ id: "last-word", name: "spoken", data: {} }) });
  const waits = () => admin`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await waits()).length, { timeout: 10_000 }).toBe(1);
  const stopped = first.stop();
  await held`COMMIT`;
  held.release();
  const answer = await sent;
  expect([answer.status, await answer.json()]).toMatchObject([200, { ids: [expect.any(String)] }]);
  await stopped;
  expect(await admin`SELECT name FROM engine.event WHERE name = 'spoken'`).toHaveLength(1);
});

it("books the next tick of a cron trigger, keeps it over restarts, and drops it when the trigger goes", async () => {
  const first = await engine();
  await app(first.url, (client) => [client.createFunction({ id: "ticks", triggers: { cron: "*/5 * * * *" } }, () => {})], "cron");
  const booked = () => admin<{ run_at: Date }[]>`SELECT run_at FROM graphile_worker.jobs WHERE task_identifier = 'cron'`;
  const before = await booked();
  expect(before.map(({ run_at }) => run_at)).toEqual([nextTick("*/5 * * * *", new Date())]);
  await first.stop();
  const second = await engine();
  expect(await booked()).toEqual(before);
  await app(second.url, () => [], "cron");
  await admin`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key LIKE 'cron:%'`;
  await expect.poll(async () => (await booked()).length, { timeout: 30_000 }).toBe(0);
});

it("runs a tick when it is due, and skips one that was missed for long", async () => {
  const started = await engine();
  const test = await app(started.url, (client, journal) => [
    client.createFunction({ id: "hourly", triggers: { cron: "TZ=Europe/Paris 0 9 * * *" } }, ({ event }) =>
      journal.note(`tick ${event.name} ${JSON.stringify(event.data)}`),
    ),
  ], "hourly");
  const due = async (at: Date) => {
    await admin`UPDATE graphile_worker._private_jobs SET run_at = ${at} WHERE key LIKE 'cron:hourly%' AND locked_at IS NULL`;
    await expect.poll(async () => {
      const [next] = await admin<{ run_at: Date }[]>`SELECT run_at FROM graphile_worker.jobs WHERE key LIKE 'cron:hourly%'`;
      return next && next.run_at > new Date();
    }, { timeout: 30_000 }).toBe(true);
  };
  await due(new Date(Date.now() - 3600_000));
  await due(new Date());
  await test.journal.seen('tick inngest/scheduled.timer {"cron":"TZ=Europe/Paris 0 9 * * *"}');
  expect(test.journal.entries).toHaveLength(1);
});

it("delays a run whose event lies in the future", async () => {
  const started = await engine();
  const test = await app(started.url, (client, journal) => [
    client.createFunction({ id: "later", triggers: { event: "later" } }, ({ event }) => journal.note(`later ${String(event.data.n)}`)),
  ], "later");
  const ts = Date.now() + 3_600_000;
  await test.client.send([{ name: "later", data: { n: 1 }, ts }, { name: "later", data: { n: 2 } }]);
  await test.journal.seen("later 2");
  const waiting = () => admin<{ run_at: Date }[]>`SELECT run_at FROM graphile_worker.jobs WHERE task_identifier = 'execute' AND run_at > now() + interval '30 minutes'`;
  await expect.poll(async () => (await waiting()).map(({ run_at }) => run_at.getTime())).toEqual([ts]);
  expect(test.journal.entries).toEqual(["later 2"]);
  // The hour has passed.
  await admin`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now() AND key LIKE 'execute:%'`;
  await test.journal.seen("later 1");
});

it("refuses a signing key that the SDK would hash differently", async () => {
  await expect(startEngine({ databaseUrl: database.url, ...keys, signingKey: "my secret" })).rejects.toThrow(/signkey-/);
});

it("takes no event before it knows a function, since whoever sent it would think it is taken care of", async () => {
  const fresh = await testDatabase();
  const { url, stop } = await startEngine({ databaseUrl: fresh.url, ...keys, logLevel: "fatal" });
  const answer = await fetch(`${url}/e/${keys.eventKey}`, { method: "POST", body: JSON.stringify({ name: "test/early", data: {} }) });
  expect(answer.status).toBe(503);
  await stop();
  await fresh.drop();
});
