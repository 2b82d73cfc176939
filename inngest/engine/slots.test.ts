import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { change, type Engine } from "./change";
import { FunctionConfig } from "./protocol";
import { createRun } from "./runs";
import { releaseSlots } from "./slots";
import { type TestEngine, testEngine } from "./testing";

let test: TestEngine;
let engine: Engine;
beforeAll(async () => {
  test = await testEngine();
  ({ engine } = test);
}, 60_000);
afterAll(() => test.close());

const runtime = { type: "http", url: "http://127.0.0.1:1/" };
const config = FunctionConfig.parse({
  id: "f",
  triggers: [],
  steps: { step: { runtime } },
  concurrency: [{ limit: 2, key: "event.data.agent" }, { limit: 3, scope: "env", key: "'all'" }],
});

const start = (agent: string) =>
  change(engine, (current) => createRun(current, config, { id: "e", name: "n", data: { agent }, ts: 0 }, "e"));

interface Row {
  run_id: string;
  granted: boolean;
  agent: string;
}

const queue = () => engine.sql<Row[]>`
  SELECT DISTINCT run_id, granted, event -> 'data' ->> 'agent' AS agent, slot.seq
  FROM engine.slot JOIN engine.run ON run.id = run_id ORDER BY slot.seq`;

it("never grants more places than there are, grants each key's in order, and leaves none unused, whatever the order of events", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constantFrom("a", "b", "c"), fc.nat(5)), { minLength: 1, maxLength: 25 }),
      async (events) => {
        for (const event of events) {
          if (typeof event === "string") await start(event);
          else {
            const held = (await queue()).filter(({ granted }) => granted);
            const done = held[event % (held.length || 1)];
            if (done) await change(engine, (current) => releaseSlots(current, done.run_id));
          }
          const rows = await queue();
          const granted = rows.filter((row) => row.granted);
          expect(granted.length).toBeLessThanOrEqual(3);
          for (const agent of ["a", "b", "c"]) {
            const mine = rows.filter((row) => row.agent === agent);
            expect(mine.filter((row) => row.granted).length).toBeLessThanOrEqual(2);
            expect(mine.map((row) => row.granted)).toEqual(mine.map((row) => row.granted).sort((x, y) => Number(y) - Number(x)));
          }
          if (rows.length > 0) expect(granted.length).toBeGreaterThan(0);
        }
        await drain();
      },
    ),
    { numRuns: 15 },
  );
});

/** Gives back places until no one queues: everyone got a turn. */
async function drain(): Promise<void> {
  for (let rows = await queue(); rows.length > 0; rows = await queue()) {
    const next = rows.find(({ granted }) => granted);
    expect(next).toBeDefined();
    if (next) await change(engine, (current) => releaseSlots(current, next.run_id));
  }
}

it("keeps the bounds when many runs ask at the same time", async () => {
  await Promise.all(Array.from({ length: 30 }, (_, n) => start(n % 2 ? "a" : "b")));
  const rows = await queue();
  expect(rows).toHaveLength(30);
  expect(rows.filter(({ granted }) => granted)).toHaveLength(3);
  await drain();
});
