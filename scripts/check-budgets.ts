import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { createTestDatabase } from "@/db/testing";
import { database } from "@/lib/database";
import { checkBudgets, type Report } from "./check-budgets/check";
import { moves } from "./check-budgets/history";
import startPostgres from "./test/postgres";
import { makeScratch } from "./test/scratch";

const usage = `Lets many processes spend from shared budgets at once, kills some of them, cuts connections and ends windows, and then
judges every answer and every row: never above a cap, no refusal while there was room, nothing settled twice or lost.

  npm run check:budgets -- [--operations 100000] [--processes 4] [--seed 1] [--kills 20] [--cuts 20] [--keep]

It starts a PostgreSQL of its own. The exit code is 0 when nothing was found, 1 otherwise. --keep leaves the histories.`;

const number = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));

const { values } = parseArgs({
  options: {
    operations: { type: "string" }, processes: { type: "string" }, lanes: { type: "string" }, seed: { type: "string" },
    kills: { type: "string" }, cuts: { type: "string" }, keep: { type: "boolean" }, help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const options = {
  operations: number(values.operations, 100_000),
  processes: number(values.processes, 4),
  lanes: number(values.lanes, 16),
  seed: number(values.seed, 1),
  kills: number(values.kills, 20),
  cuts: number(values.cuts, 20),
  rollovers: Math.ceil(number(values.operations, 100_000) / 500),
};

const stop = await startPostgres();
const folder = makeScratch("countersign-check-");
try {
  const made = await createTestDatabase(process.env.TEST_DATABASE_URL ?? "");
  process.env.DATABASE_URL = made.url;
  process.env.AUTH_SECRET ??= "check-check-check-check-check-check-00";
  process.env.LOG_LEVEL ??= "error";
  const startedAt = Date.now();
  const report = await checkBudgets(options, made, folder);
  print(report, (Date.now() - startedAt) / 1000);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
} finally {
  await database().sql.end({ timeout: 5 });
  await stop();
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`The histories are in ${folder}`);
}

function print({ operations, violations, evidence, kills, cuts, rollovers }: Report, seconds: number): void {
  for (const move of moves) {
    const those = operations.filter((operation) => operation.move === move);
    const count = (outcome: string) => those.filter((operation) => (operation.answer?.outcome ?? "killed") === outcome).length;
    const figures = ["ok", "refused", "lost", "fault", "killed"].map((outcome) => `${String(count(outcome)).padStart(7)} ${outcome}`);
    console.log(`${move.padEnd(8)}${String(those.length).padStart(8)}: ${figures.join("")}`);
  }
  const events = evidence.reduce((sum, one) => sum + one.events.length, 0);
  const rest = `${kills} workers killed, connections cut ${cuts} times, windows ended ${rollovers} times`;
  console.log(`\n${operations.length} operations by ${options.processes} processes, ${events} audit events, ${rest}, seed ${options.seed}, ${seconds.toFixed(1)} s`);
  for (const { kind, message } of violations.slice(0, 30)) console.log(`  ${kind.padEnd(17)}${message}`);
  console.log(violations.length === 0 ? "Nothing was found that must not be." : `FOUND: ${violations.length}`);
}
