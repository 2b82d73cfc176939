import { afterAll, beforeAll, expect, it } from "vitest";
import { type Harness, harness } from "./harness";

let h: Harness;
beforeAll(async () => {
  h = await harness();
}, 60_000);
afterAll(() => h.close(), 20_000);

it("resumes a waiting run within half a second of the event, nine times in ten", async () => {
  const delaysMs: number[] = [];
  for (let n = 0; n < 20; n++) {
    await h.send("test/wait", { key: `latency ${n}` });
    await h.app.journal.seen(`waiting latency ${n}`);
    const sentAt = performance.now();
    const sent = h.send("test/decided", { key: `latency ${n}`, final: true, verdict: "yes" });
    await h.app.journal.seen(`resumed latency ${n} yes`);
    delaysMs.push(performance.now() - sentAt);
    await sent;
  }
  delaysMs.sort((a, b) => a - b);
  process.stdout.write(`event to resumed step: median ${delaysMs[10]?.toFixed(1)} ms, p90 ${delaysMs[18]?.toFixed(1)} ms\n`);
  expect(delaysMs[18]).toBeLessThan(500);
});
