import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Company } from "../e2e/faults/company";
import { inWords, planRound, playRound } from "../e2e/faults/round";

const usage = `Plays the main job under load while parts of a real installation are killed (kill -9), and looks whether every promise was kept.

  npm run faults -- [--rounds 200] [--seed 1]
  npm run faults -- --seed 1 --round 17        that round alone

The exit code is 0 when nothing was broken.`;

const { values } = parseArgs({ options: { rounds: { type: "string" }, seed: { type: "string" }, round: { type: "string" }, help: { type: "boolean" } } });
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const seed = Number(values.seed ?? 1);
const numbers = values.round ? [Number(values.round)] : Array.from({ length: Number(values.rounds ?? 200) }, (_, at) => at + 1);

const company = await Company.open();
let ending = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    ending = true;
    void company.close().finally(() => process.exit(130));
  });
}

const passed = await playAll().catch((error: unknown) => {
  // Whoever plays when it ends is cut off.
  if (ending) return new Promise<number>(() => {});
  throw error;
});
const { passed: points } = company.installation.controller;
console.log(`\n${[...points].map(([point, times]) => `${String(times).padStart(7)} × ${point}`).join("\n")}\n`);
await company.close();
console.log(passed === numbers.length ? `${passed} rounds, nothing broken.` : `Broken in round ${numbers[passed]}, after ${passed} in which nothing was.`);
process.exit(passed === numbers.length ? 0 : 1);

/** @returns in how many rounds nothing was broken, up to the first that broke something: it would stay broken in those after it. */
async function playAll(): Promise<number> {
  for (const [played, number] of numbers.entries()) {
    const round = planRound(seed, number);
    const startedAt = Date.now();
    const faults = await playRound(company, round, { clocks: number === numbers.at(-1) });
    console.log(`${faults.length === 0 ? "✓" : "✗"} ${inWords(round)}  (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    if (faults.length === 0) continue;
    for (const fault of faults) console.log(`    ${fault}`);
    const logs = path.join("test-results", "faults", `seed-${seed}-round-${number}`);
    rmSync(logs, { recursive: true, force: true });
    cpSync(path.join(company.installation.folder, "data/logs"), logs, { recursive: true });
    console.log(`    the parts' logs: ${logs}/   again, alone: npm run faults -- --seed ${seed} --round ${number}`);
    return played;
  }
  return numbers.length;
}
