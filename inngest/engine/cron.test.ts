import type { Sql } from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { change, type Engine } from "./change";
import { nextTick, tick } from "./cron";
import { register } from "./register";
import { deleteExpired } from "./retention";
import { type TestEngine, testEngine } from "./testing";

let test: TestEngine;
let engine: Engine;
let sql: Sql;

beforeAll(async () => {
  test = await testEngine();
  ({ engine } = test);
  ({ sql } = engine);
  await register(engine, "app", [
    { id: "app-cron", triggers: [{ cron: "* * * * *" }], steps: { step: { runtime: { type: "http", url: "http://127.0.0.1:1/" } } } },
  ]);
}, 60_000);
afterAll(() => test.close());

it("counts ticks in UTC or in the zone that is named", () => {
  const winter = new Date("2026-01-10T12:00:30Z");
  expect(nextTick("* * * * *", winter).toISOString()).toBe("2026-01-10T12:01:00.000Z");
  expect(nextTick("TZ=Europe/Paris 0 9 * * *", winter).toISOString()).toBe("2026-01-11T08:00:00.000Z");
  expect(() => nextTick("* * * * * *", winter)).toThrow(/five fields/);
  expect(() => nextTick("61 * * * *", winter)).toThrow();
});

it("starts one run for a tick, however often the tick comes", async () => {
  const dueAt = new Date(Math.floor(Date.now() / 1000) * 1000);
  const runIds = await Promise.all([1, 2, 3].map(() => change(engine, (c) => tick(c, "app-cron", "* * * * *", dueAt))));
  expect(runIds.filter((id) => id !== undefined)).toHaveLength(1);
  expect(await sql`SELECT FROM graphile_worker.jobs WHERE task_identifier = 'cron'`).toHaveLength(1);
});

it("starts none for a tick that was missed, for an unknown function, or for a trigger that is gone", async () => {
  const tickAt = (id: string, cron: string, at: Date) => change(engine, (c) => tick(c, id, cron, at));
  expect(await tickAt("app-cron", "* * * * *", new Date(Date.now() - 120_000))).toBeUndefined();
  expect(await tickAt("other", "* * * * *", new Date())).toBeUndefined();
  expect(await tickAt("app-cron", "0 0 * * *", new Date())).toBeUndefined();
});

it("deletes what ended or came longer ago than it is kept, and nothing that goes on", async () => {
  const [run] = await sql<{ id: string }[]>`SELECT id FROM engine.run`;
  await sql`INSERT INTO engine.step (run_id, id, op, status) VALUES (${run?.id ?? ""}, 's', 'StepRun', 'done')`;
  await sql`UPDATE engine.event SET received_at = now() - interval '8 days'`;
  await deleteExpired(sql, 7);
  expect(await sql`SELECT FROM engine.event`).toHaveLength(0);
  expect(await sql`SELECT FROM engine.run`).toHaveLength(1);
  await sql`UPDATE engine.run SET status = 'completed', ended_at = now() - interval '8 days'`;
  await deleteExpired(sql, 7);
  expect(await sql`SELECT FROM engine.run`).toHaveLength(0);
  expect(await sql`SELECT FROM engine.step`).toHaveLength(0);
});
