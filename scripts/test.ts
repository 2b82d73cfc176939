import { LogFile } from "./start/log-file";
import { canInstallSandbox, installSandbox, missingForSandbox } from "./start/sandbox";
import { type Counts, inWords, sum } from "./test/counts";
import { runStage, stages } from "./test/stage";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((script) => !stages.some((stage) => stage.script === script));
if (unknown.length > 0) {
  console.error(`There is no '${unknown[0]}'. Choose from: ${stages.map((stage) => stage.script).join(", ")}; none means all.`);
  process.exit(2);
}

const chosen = stages.filter((stage) => wanted.length === 0 || wanted.includes(stage.script));
const done: { name: string; counts: Counts; seconds: string }[] = [];

// The sandbox is tested for real. Where it cannot be had, what needs it is skipped, and this says so first.
if (canInstallSandbox()) await installSandbox(new LogFile("test-results", "sandbox"));
const missing = missingForSandbox();
if (missing) console.warn(`\n!! Not everything can be tested here: ${missing.what} is missing. This mends it:  ${missing.mend}\n`);

// Later stages run even after a failure, so that one run shows all there is to mend.
for (const stage of chosen) {
  console.log(`\n── ${stage.name} ${"─".repeat(60 - stage.name.length)}\n`);
  const startedAt = Date.now();
  const counts = await runStage(stage);
  done.push({ name: stage.name, counts, seconds: ((Date.now() - startedAt) / 1000).toFixed(1) });
}

console.log("");
for (const { name, counts, seconds } of done) {
  const mark = counts.failed === 0 ? "✓" : "✗";
  console.log(`  ${mark} ${name.padEnd(24)}${inWords(counts).padEnd(40)}${seconds.padStart(7)} s`);
}
const total = sum(done.map((stage) => stage.counts));
console.log(`\n${inWords(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
