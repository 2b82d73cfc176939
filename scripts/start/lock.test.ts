import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { takeLock } from "./lock";
import { identify } from "./process-identity";

const folder = mkdtempSync(path.join(tmpdir(), "lock-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a lock that a living process holds is not given to another", () => {
  const file = path.join(folder, "living");
  const parent = identify(process.ppid);
  writeFileSync(file, JSON.stringify(parent));
  expect(takeLock(file)).toEqual({ held: false, by: parent });
});

test("the lock of a process that is gone is taken over, even when its pid was given to another", () => {
  const file = path.join(folder, "reused");
  writeFileSync(file, JSON.stringify({ pid: process.ppid, startedAt: "long ago" }));
  const lock = takeLock(file);
  expect(lock.held).toBe(true);
  expect(JSON.parse(readFileSync(file, "utf8")).pid).toBe(process.pid);
});

test("a lock file cut short by a crash does not stop the next start", () => {
  const file = path.join(folder, "cut");
  writeFileSync(file, '{"pid": 12');
  expect(takeLock(file).held).toBe(true);
});

test("releasing removes the file, so the next one takes it", () => {
  const file = path.join(folder, "released");
  const lock = takeLock(file);
  if (lock.held) lock.release();
  expect(existsSync(file)).toBe(false);
  expect(takeLock(file).held).toBe(true);
});
