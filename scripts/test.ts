import { LogFile } from "./start/log-file";
import { canInstallSandbox, installSandbox, missingForSandbox } from "./start/sandbox";
import { type Counts, inWords, sum } from "./test/counts";
import { lanes, runStage, type Stage } from "./test/stage";
import { takeTurns } from "./test/take-turns";

const stages = lanes.flat();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((script) => !stages.some((stage) => stage.script === script));
if (unknown.length > 0) {
  console.error(`There is no '${unknown[0]}'. Choose from: ${stages.map((stage) => stage.script).join(", ")}; none means all.`);
  process.exit(2);
}

const isChosen = (stage: Stage) => wanted.length === 0 || wanted.includes(stage.script);
const done = new Map<Stage, { counts: Counts; seconds: string }>();

// The sandbox is tested for real. Where it cannot be had, what needs it is skipped, and this says so first.
if (canInstallSandbox()) await installSandbox(new LogFile("test-results", "sandbox"));
const missing = missingForSandbox();
if (missing) console.warn(`\n!! Not everything can be tested here: ${missing.what} is missing. This mends it:  ${missing.mend}\n`);

const turn = takeTurns(process.stdout);

// Later stages run even after a failure, so that one run shows all there is to mend.
async function run(lane: readonly Stage[]): Promise<void> {
  for (const stage of lane.filter(isChosen)) {
    const { write, end } = turn();
    write(`\n── ${stage.name} ${"─".repeat(60 - stage.name.length)}\n\n`);
    const startedAt = Date.now();
    const counts = await runStage(stage, write);
    done.set(stage, { counts, seconds: ((Date.now() - startedAt) / 1000).toFixed(1) });
    end();
  }
}
await Promise.all(lanes.map(run));

console.log("");
for (const [{ name }, { counts, seconds }] of done) {
  const mark = counts.failed === 0 ? "✓" : "✗";
  console.log(`  ${mark} ${name.padEnd(24)}${inWords(counts).padEnd(40)}${seconds.padStart(7)} s`);
}
const total = sum([...done.values()].map((stage) => stage.counts));
console.log(`\n${inWords(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
