import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, harness } from "./harness";

let h: Harness;
beforeAll(async () => {
  h = await harness();
}, 60_000);
afterAll(() => h.close(), 20_000);

let count = 0;
const newKey = () => `k${++count}`;

describe("a run", () => {
  it("starts for its event, remembers each step once and returns a result", async () => {
    const key = newKey();
    const run = await h.api.ended(await h.send("test/steps", { key }));
    expect(run).toMatchObject({ status: "Completed", output: { first: { n: 1, text: "\u0000 ü" }, second: 2 } });
    expect(h.app.journal.entries.filter((entry) => entry.endsWith(` ${key}`))).toEqual([
      `first ${key}`,
      `second ${key}`,
      `end ${key}`,
    ]);
  });

  it("starts only for events that meet its trigger's condition", async () => {
    await h.send("test/conditional", { key: "other", kind: "b", size: 2 });
    await h.send("test/conditional", { key: "lacking", kind: "a" });
    await h.send("test/conditional", { key: "met", kind: "a", size: 2 });
    await h.app.journal.seen("conditional met");
    expect(h.app.journal.count("conditional other") + h.app.journal.count("conditional lacking")).toBe(0);
  });

  it("starts once for an event id that is sent again", async () => {
    const key = newKey();
    const first = await h.send("test/steps", { key }, `id-${key}`);
    await h.send("test/steps", { key }, `id-${key}`);
    await h.api.ended(first);
    expect(h.app.journal.count(`end ${key}`)).toBe(1);
  });

  it("starts once for an idempotency key", async () => {
    const key = newKey();
    await h.send("test/once", { key });
    await h.send("test/once", { key });
    await h.app.journal.seen(`once ${key}`);
    await h.send("test/once", { key: `${key} next` });
    await h.app.journal.seen(`once ${key} next`);
    expect(h.app.journal.count(`once ${key}`)).toBe(1);
  });

  it("can be cancelled by its id, and does not go on", async () => {
    const id = await h.send("test/cancellable", { key: "by id" });
    await h.app.journal.seen("begun by id");
    const [run] = await h.api.runs(id);
    expect(await h.api.cancel(run?.run_id ?? "")).toBeLessThan(300);
    expect(await h.api.ended(id)).toMatchObject({ status: "Cancelled" });
  });

  it("is cancelled by an event that matches, and not by another", async () => {
    const mine = await h.send("test/cancellable", { key: "mine" });
    const other = await h.send("test/cancellable", { key: "other" });
    await h.app.journal.seen("begun mine");
    await h.app.journal.seen("begun other");
    await h.send("test/stop", { key: "mine" });
    expect(await h.api.ended(mine)).toMatchObject({ status: "Cancelled" });
    expect((await h.api.runs(other))[0]?.status).toBe("Running");
  });

  it("can invoke another function and gets its result", async () => {
    const key = newKey();
    const run = await h.api.ended(await h.send("test/invoke", { key }));
    expect(run).toMatchObject({ status: "Completed", output: { invoked: { second: 2 } } });
  });
});

describe("errors", () => {
  it("retry a step, then the body, each with attempts of its own, until they succeed", async () => {
    const key = newKey();
    const run = await h.api.ended(await h.send("test/flaky", { key }));
    expect(run).toMatchObject({ status: "Completed", output: "stepped" });
    expect(h.app.journal.count(`flaky step ${key}`)).toBe(3);
    expect(h.app.journal.count(`flaky body ${key} 1`)).toBe(1);
  });

  it("of a step that has had its attempts can be caught", async () => {
    const key = newKey();
    const run = await h.api.ended(await h.send("test/caught", { key }));
    expect(run).toMatchObject({ status: "Completed", output: "out of range" });
    expect(h.app.journal.count(`caught try ${key}`)).toBe(2);
  });

  it("that are not retriable fail the run at once and reach onFailure", async () => {
    const key = newKey();
    const run = await h.api.ended(await h.send("test/final", { key }));
    expect(run).toMatchObject({ status: "Failed", output: { message: "no use" } });
    await h.app.journal.seen(`failure ${key} no use`);
    expect(h.app.journal.count(`final ${key}`)).toBe(1);
  });
});

describe("steps", () => {
  it("sleep, and go on after it", async () => {
    const key = newKey();
    const start = Date.now();
    await h.api.ended(await h.send("test/sleep", { key }));
    expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
    expect(h.app.journal.count(`before sleep ${key}`)).toBe(1);
    expect(h.app.journal.count(`after sleep ${key}`)).toBe(1);
  });

  it("wait for the event that matches and get it", async () => {
    const key = newKey();
    const id = await h.send("test/wait", { key });
    await h.app.journal.seen(`waiting ${key}`);
    await h.send("test/decided", { key: "someone else's", final: true, verdict: "no" });
    await h.send("test/decided", { key, final: false, verdict: "no" });
    await h.send("test/decided", { key, final: true, verdict: "yes" });
    expect(await h.api.ended(id)).toMatchObject({ status: "Completed", output: "yes" });
  });

  it("stop waiting after the time-out and get null", async () => {
    const key = newKey();
    const id = await h.send("test/wait", { key, timeout: "1s" });
    expect(await h.api.ended(id)).toMatchObject({ status: "Completed", output: null });
    expect(h.app.journal.count(`resumed ${key} timeout`)).toBe(1);
  });

  it("never miss an event that is sent after the wait is registered, however close", async () => {
    const keys = Array.from({ length: 25 }, newKey);
    const ids = await Promise.all(keys.map((key) => h.send("test/wait", { key })));
    await Promise.all(
      keys.map(async (key) => {
        await h.app.journal.seen(`waiting ${key}`);
        await h.send("test/decided", { key, final: true, verdict: "yes" });
      }),
    );
    for (const id of ids) expect(await h.api.ended(id)).toMatchObject({ output: "yes" });
  });

  it("run side by side and each once", async () => {
    const key = newKey();
    const run = await h.api.ended(await h.send("test/parallel", { key }));
    expect(run).toMatchObject({ status: "Completed", output: 6 });
    for (const step of ["a one", "b one", "c one", "a two", "b two", "c two"]) {
      expect(h.app.journal.count(`${step} ${key}`)).toBe(1);
    }
  });

  it("can race: the function goes on with the first, though it only ends when all have ended", async () => {
    const key = newKey();
    const id = await h.send("test/race", { key });
    await h.app.journal.seen(`racing ${key}`);
    await h.send("test/go", { key });
    await h.app.journal.seen(`race ${key} event`);
    expect((await h.api.runs(id))[0]?.status).toBe("Running");
  });

  it("send events that start other functions, once", async () => {
    const key = newKey();
    expect(await h.api.ended(await h.send("test/fan", { key }))).toMatchObject({ output: 3 });
    await h.app.journal.seen(`leaf ${key}`, 3);
    expect(h.app.journal.count(`leaf ${key}`)).toBe(3);
  });
});

describe("concurrency keys", () => {
  it("let one run of a key execute at a time, in order, and none is lost", async () => {
    const order = [1, 2, 3, 4, 5, 6];
    const event = (agentId: string, n: number) => ({ name: "test/queued", data: { agentId, n } });
    await h.app.client.send(order.flatMap((n) => [event("x", n), event("y", n)])); // all at once, so that they press
    await h.app.journal.seen("done x", order.length);
    await h.app.journal.seen("done y", order.length);
    expect(h.app.journal.count("overlap x") + h.app.journal.count("overlap y")).toBe(0);
    const finished = (agentId: string) => h.app.journal.entries.filter((entry) => entry.startsWith(`queued ${agentId} `));
    expect(finished("x")).toEqual(order.map((n) => `queued x ${n}`));
    expect(finished("y")).toEqual(order.map((n) => `queued y ${n}`));
  });
});
