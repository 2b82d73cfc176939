import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { inWords, ownCounts, playwrightCounts, stageCounts, sum, vitestCounts } from "./counts";

const folder = mkdtempSync(path.join(tmpdir(), "counts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const report = (numPassedTests: number, files: { status: string; assertionResults: unknown[] }[]) => ({
  numPassedTests,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: files,
});

test("a test file that cannot be loaded is a failure, although it has no failed test", () => {
  const counts = vitestCounts(report(3, [{ status: "passed", assertionResults: [1] }, { status: "failed", assertionResults: [] }]));
  expect(counts).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test("a browser test that passed only at a second attempt is a failure", () => {
  expect(playwrightCounts({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 } })).toEqual({ passed: 5, failed: 2, skipped: 2 });
});

test("a runner that left no report, failed without a failed test, or had nothing to run is a failure", () => {
  const file = path.join(folder, "report.json");
  expect(stageCounts(path.join(folder, "absent"), vitestCounts, 0).failed).toBe(1);
  writeFileSync(file, JSON.stringify(report(3, [])));
  expect(stageCounts(file, vitestCounts, 1).failed).toBe(1);
  expect(stageCounts(file, vitestCounts, 0).failed).toBe(0);
  writeFileSync(file, JSON.stringify({ ...report(0, []), numPendingTests: 0 }));
  expect(stageCounts(file, vitestCounts, 0).failed).toBe(1);
});

test("a stage that writes its counts itself is counted by them", () => {
  const file = path.join(folder, "counts.json");
  writeFileSync(file, JSON.stringify({ passed: 0, failed: 0, skipped: 118 }));
  expect(stageCounts(file, ownCounts, 0)).toEqual({ passed: 0, failed: 0, skipped: 118 });
});

test("the closing line adds all stages up", () => {
  expect(inWords(sum([{ passed: 1, failed: 0, skipped: 0 }, { passed: 4, failed: 2, skipped: 1 }]))).toBe("5 passed, 2 failed, 1 skipped");
});
