import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identify, isRunning } from "./process-identity";

test("a process is recognised for as long as it runs", async () => {
  const child = spawn("sleep", ["30"]);
  await once(child, "spawn");
  const identity = identify(child.pid ?? 0);
  expect(identity && isRunning(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(identity && isRunning(identity)).toBe(false);
});

test("another process that was given the same pid is not taken for it", () => {
  const self = identify(process.pid);
  expect(self).not.toBeNull();
  expect(isRunning({ pid: process.pid, startedAt: "an earlier start" })).toBe(false);
});
