import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogFile } from "./log-file";
import { Part, type PartEvent, saysListening } from "./part";
import { waitFor } from "./wait";

let folder: string;
let part: Part | null = null;
let events: PartEvent[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "part-"));
  events = [];
});
afterEach(() => {
  part?.kill();
  rmSync(folder, { recursive: true });
});

function partOf(source: string): Part {
  const file = path.join(folder, "part.mjs");
  writeFileSync(file, source);
  part = new Part({
    name: "clock",
    args: [file],
    env: process.env,
    log: new LogFile(path.join(folder, "logs"), "clock"),
    isReady: saysListening,
    readyWithinMs: 5_000,
    endWithinMs: 300,
    onEvent: (event) => events.push(event),
  });
  return part;
}

const listening = `console.log(JSON.stringify({ event: "listening", port: 1 })); setInterval(() => {}, 1000);`;

test("a part that dies is started again, and says so", async () => {
  const clock = partOf(listening);
  await clock.start();
  const first = clock.pid;
  process.kill(first ?? 0, "SIGKILL");
  await waitFor("The restart", 60_000, () => events.some((event) => event.kind === "back"));
  expect(events[0]).toMatchObject({ kind: "died", part: "clock", reason: "ended by SIGKILL", retryMs: 500 });
  expect(clock.pid).not.toBe(first);
});

test("a part that ends before it is ready is told with its last words", async () => {
  const clock = partOf(`console.error("no clock found"); process.exit(3);`);
  await expect(clock.start()).rejects.toThrow(/exit code 3[\s\S]*no clock found/);
});

test("a part that does not end in time is ended by force, and not started again", async () => {
  const clock = partOf(`process.on("SIGTERM", () => {}); ${listening}`);
  await clock.start();
  await clock.end();
  expect(() => process.kill(clock.pid ?? 0, 0)).toThrow(/ESRCH/);
  expect(events).toEqual([]);
});

test("a part may finish what it has in hand", async () => {
  const done = path.join(folder, "done");
  const clock = partOf(`
    import { writeFileSync } from "node:fs";
    process.on("SIGTERM", () => setTimeout(() => { writeFileSync(${JSON.stringify(done)}, "yes"); process.exit(0); }, 100));
    ${listening}`);
  await clock.start();
  await clock.end();
  expect(existsSync(done) && readFileSync(done, "utf8")).toBe("yes");
});
