import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Company } from "../e2e/faults/company";
import { playRounds, playSteps, type Played } from "../e2e/faults/play";
import { playOutage } from "../e2e/faults/outage";
import { allKills, someKills } from "../e2e/faults/steps";
import { missingForSandbox } from "./start/sandbox";

const usage = `Kills the parts of a real installation (kill -9) while the main job goes on, and looks whether every promise was kept.

  npm run faults                              every part at every step, a minute without a database, 200 seeded rounds under load
  npm run faults -- --steps all|some          the steps only; some: the part that stands there, and the database at some
  npm run faults -- --rounds 50 [--seed 2]    rounds only
  npm run faults -- --seed 1 --round 17       that round alone
  npm run faults -- --outage 60               so many seconds without a database
  npm run faults -- --quick                   what npm test does: some steps, a short outage and six rounds

The exit code is 0 when nothing was broken. --report FILE writes the counts.`;

const { values } = parseArgs({
  options: {
    steps: { type: "string" }, rounds: { type: "string" }, seed: { type: "string" }, round: { type: "string" }, outage: { type: "string" }, report: { type: "string" },
    quick: { type: "boolean" }, help: { type: "boolean" },
  },
});
if (values.help || !["all", "some", undefined].includes(values.steps)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}
const all = !values.steps && !values.rounds && !values.round && !values.outage && !values.quick;
const seed = Number(values.seed ?? 1);
const count = Number(values.rounds ?? (all ? 200 : values.quick ? 6 : 0));
const numbers = values.round ? [Number(values.round)] : Array.from({ length: count }, (_, at) => at + 1);
const kills = all || values.steps === "all" ? allKills() : values.quick || values.steps ? someKills() : [];
const outageSeconds = Number(values.outage ?? (all ? 60 : values.quick ? 5 : 0));
const planned = kills.reduce((sum, { points }) => sum + points.length, 0) + numbers.length + (outageSeconds > 0 ? 1 : 0);

const missing = missingForSandbox();
if (missing) {
  console.warn(`!! Nothing can be killed here while it runs: ${missing.what} is missing. This mends it:  ${missing.mend}`);
  end({ passed: 0, failed: 0, skipped: planned });
}

const company = await Company.open();
let ending = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    ending = true;
    void company.close().finally(() => process.exit(130));
  });
}
const tell = (line: string) => console.log(line);
const parts = [
  () => playSteps(company, kills, tell),
  () => (outageSeconds > 0 ? playOutage(company, outageSeconds * 1_000, tell) : { passed: 0, faults: [] }),
  () => playRounds(company, seed, numbers, tell),
];
let passed = 0;
let faults: string[] = [];
for (const play of parts) {
  // What is broken stays broken.
  if (faults.length > 0) break;
  const played = await unlessEnding(play);
  passed += played.passed;
  faults = played.faults;
}
if (faults.length > 0) {
  const logs = path.join("test-results", "faults");
  rmSync(logs, { recursive: true, force: true });
  cpSync(path.join(company.installation.folder, "data/logs"), logs, { recursive: true });
  console.log(`\nBroken, after ${passed} kills and rounds in which nothing was; the parts' logs: ${logs}/\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
}
const { passed: points } = company.installation.controller;
console.log(`\n${[...points].map(([point, times]) => `${String(times).padStart(7)} × ${point}`).join("\n")}\n`);
await company.close();
end({ passed, failed: faults.length > 0 ? 1 : 0, skipped: planned - passed - (faults.length > 0 ? 1 : 0) });

function end(counts: { passed: number; failed: number; skipped: number }): never {
  if (values.report) {
    mkdirSync(path.dirname(values.report), { recursive: true });
    writeFileSync(values.report, JSON.stringify(counts));
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exit(counts.failed === 0 ? 0 : 1);
}

/** Whoever plays when it ends is cut off. */
async function unlessEnding(play: () => Played | Promise<Played>): Promise<Played> {
  try {
    return await play();
  } catch (error) {
    if (ending) return new Promise<Played>(() => {});
    throw error;
  }
}
