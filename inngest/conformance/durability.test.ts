import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, harness, isEmbedded } from "./harness";

let h: Harness;
beforeAll(async () => {
  if (isEmbedded) h = await harness();
}, 60_000);
afterAll(() => h?.close(), 20_000);

/** Kills the engine with no warning, and starts it again. */
async function killAndRestart(): Promise<void> {
  await h.embedded?.engine.end("SIGKILL");
  await h.embedded?.engine.start();
}

/** Waits until a sleep is on record, so that a kill comes after it and not before. */
async function asleep(): Promise<void> {
  const sql = postgres(h.embedded?.databaseUrl ?? "", { max: 1 });
  await expect.poll(async () => await sql`SELECT FROM graphile_worker.jobs WHERE task_identifier = 'timer'`).toHaveLength(1);
  await sql.end();
}

// A named server cannot be killed from here.
describe.runIf(isEmbedded)("an engine that is killed", () => {
  it("in a sleep wakes the run when it is due, and runs no step again", async () => {
    const id = await h.send("test/sleep", { key: "kill", nap: "3s" });
    await h.app.journal.seen("before sleep kill");
    await asleep();
    await killAndRestart();
    expect(await h.api.ended(id)).toMatchObject({ status: "Completed" });
    expect(h.app.journal.count("before sleep kill")).toBe(1);
    expect(h.app.journal.count("after sleep kill")).toBe(1);
  });

  it("in a step has it run again, and goes on", async () => {
    const id = await h.send("test/slow", { key: "kill" });
    await h.app.journal.seen("slow kill");
    await killAndRestart();
    expect(await h.api.ended(id)).toMatchObject({ status: "Completed", output: "ran" });
    expect(h.app.journal.count("slow kill")).toBe(2);
    expect(h.app.journal.count("slow after kill")).toBe(1);
  });

  it("in a wait still matches the event", async () => {
    const id = await h.send("test/wait", { key: "kill" });
    await h.app.journal.seen("waiting kill");
    await killAndRestart();
    await h.send("test/decided", { key: "kill", final: true, verdict: "yes" });
    expect(await h.api.ended(id)).toMatchObject({ status: "Completed", output: "yes" });
  });

  it("again and again under load loses no run and no queue", async () => {
    const numbers = Array.from({ length: 15 }, (_, n) => n + 1);
    const fans = numbers.map((n) => `load ${n}`);
    for (const key of fans) await h.send("test/fan", { key });
    for (const n of numbers) await h.send("test/queued", { agentId: "load", n });
    for (let kills = 0; kills < 3; kills++) {
      await sleep(60);
      await killAndRestart();
    }
    for (const key of fans) await h.app.journal.seen(`leaf ${key}`, 3);
    for (const n of numbers) await h.app.journal.seen(`queued load ${n}`);
    await h.app.journal.seen("done load", numbers.length);
  });

  it("and told to stop ends its calls and exits with 0", async () => {
    const id = await h.send("test/slow", { key: "stop" });
    await h.app.journal.seen("slow stop");
    expect(await h.embedded?.engine.end("SIGTERM")).toBe(0);
    await h.embedded?.engine.start();
    expect(await h.api.ended(id)).toMatchObject({ status: "Completed" });
    expect(h.app.journal.count("slow stop")).toBe(1);
  });
});

describe.runIf(isEmbedded)("an app that is away", () => {
  it("is asked again when it is back, and its absence counts as no attempt", async () => {
    await h.app.away();
    const id = await h.send("test/final", { key: "away" });
    await sleep(1200);
    await h.app.back();
    expect(await h.api.ended(id)).toMatchObject({ status: "Failed", output: { message: "no use" } });
    expect(h.app.journal.count("final away")).toBe(1);
  });
});
