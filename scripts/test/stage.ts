import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { checkout } from "../start/checkout";
import { type Counts, ownCounts, playwrightCounts, stageCounts, vitestCounts } from "./counts";

/** One kind of check: an npm script, and how its outcome is counted. */
export type Stage = {
  name: string;
  script: string;
  args: string[];
  env: NodeJS.Dict<string>;
  report: string | null;
  count: (exitCode: number) => Counts;
};

const reports = path.join(checkout, "test-results");
const vitestReport = path.join(reports, "vitest.json");
const playwrightReport = path.join(reports, "playwright.json");
const faultsReport = path.join(reports, "faults.json");
const STAGE_MS = 30 * 60_000;

const unit: Stage = {
  name: "unit and integration",
  script: "test:unit",
  args: ["--reporter=default", "--reporter=json", `--outputFile.json=${vitestReport}`],
  env: {},
  report: vitestReport,
  count: (exitCode) => stageCounts(vitestReport, vitestCounts, exitCode),
};

const endToEnd: Stage = {
  name: "end to end",
  script: "e2e",
  args: ["--reporter=list,json"],
  env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
  report: playwrightReport,
  count: (exitCode) => stageCounts(playwrightReport, playwrightCounts, exitCode),
};

const faults: Stage = {
  name: "faults",
  script: "faults",
  args: ["--quick", "--report", faultsReport],
  env: {},
  report: faultsReport,
  count: (exitCode) => stageCounts(faultsReport, ownCounts, exitCode),
};

/**
 * What runs side by side, each in the order in which a failure is cheapest to learn of. Every stage by itself waits for a
 * disk, a page or a process for a third of its time.
 */
export const lanes: readonly (readonly Stage[])[] = [
  [check("types", "typecheck"), check("lint", "lint"), check("dead code", "deadcode"), check("architecture", "architecture"), faults],
  [unit, endToEnd],
];

/** A check without tests of its own counts as one test. */
function check(name: string, script: string): Stage {
  const count = (code: number) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  return { name, script, args: [], env: {}, report: null, count };
}

/** Runs a stage, gives what it prints to `tell`, and counts. A report of an earlier run does not count. */
export async function runStage(stage: Stage, tell: (text: Uint8Array) => void): Promise<Counts> {
  if (stage.report) rmSync(stage.report, { force: true });
  const extra = stage.args.length > 0 ? ["--", ...stage.args] : [];
  const child = spawn("npm", ["run", "--silent", stage.script, ...extra], {
    cwd: checkout,
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}), ...stage.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: STAGE_MS,
  });
  child.stdout.on("data", tell);
  child.stderr.on("data", tell);
  const code = await new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    // Not only its exit: what it said last may still be on its way. Whatever it left running might keep the pipe open for ever.
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
    child.once("exit", (exitCode) => setTimeout(() => resolve(exitCode ?? 1), 5_000).unref());
  });
  return stage.count(code);
}
