import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { checkout } from "../scripts/start/checkout";
import { roomForTheYoung } from "../scripts/start/parts";
import { makePrivateFolder, postgresAccount } from "../scripts/start/postgres-account";
import { makeScratch } from "../scripts/test/scratch";
import { describeMachine, machineLine } from "./harness/machine";
import { startPostgres } from "./harness/postgres";
import { jsonLine, markdownTable, plainLine, type Measured } from "./harness/report";
import { keeps } from "./harness/statistics";
import { writeTable } from "./harness/write-table";
import { onlyWhenNamed, rows } from "./rows";
import type { FromRow } from "./run-row";

const usage = `
  npm run bench -- [options]

    --only a,b    these rows (default: all that end within ten minutes; there are ${Object.keys(rows).join(", ")};
                  j fills databases of up to five million rows, some 30 GB, and takes half an hour on two cores)
    --json        one line of JSON for each case
    --markdown    the table of docs/benchmarks.md
    --write FILE  puts that table into FILE, where its rows replace those of the same letters
    --rounds N    how often both sides are measured in turn (default 5)
    --quick       short measurements and two rounds: whether it runs, not how fast

  Ends with 1 when a target is missed or a row fails.
`;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    write: { type: "string" },
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const rounds = values.rounds ?? (values.quick ? "2" : "5");
const measureMs = values.quick ? "300" : "1500";

/** The rows that were asked for, in the order of the table. */
function chosen(): string[] {
  const known = Object.keys(rows);
  const asked = values.only?.split(",").map((id) => id.trim()).filter(Boolean);
  const unknown = asked?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new Error(`there is no row (${unknown})\n${usage}`);
  return known.filter((id) => (asked ? asked.includes(id) : !onlyWhenNamed.includes(id)));
}

async function measureRow(id: string, postgresUrl: string, scratch: string): Promise<{ measured: Measured[]; failed: boolean }> {
  const measured: Measured[] = [];
  let row = { title: "", beside: "" };
  const child = fork(path.join(checkout, "bench/run-row.ts"), [id, postgresUrl, scratch, rounds, measureMs], {
    // What the portal does in its own process it does here with the same room.
    execArgv: [roomForTheYoung, "--import", "tsx", "--import", path.join(checkout, "scripts/start/child.mjs")],
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "error" },
    // Figures alone are printed on standard output.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.on("message", (message: FromRow) => {
    if ("row" in message) row = message.row;
    if ("progress" in message) process.stderr.write(`  (${id}) ${message.progress}\n`);
    if ("result" in message) {
      const line = { id, row, result: message.result };
      measured.push(line);
      if (!values.markdown) process.stdout.write(`${values.json ? jsonLine(line) : plainLine(line)}\n`);
    }
  });
  const [code] = await once(child, "exit");
  return { measured, failed: code !== 0 };
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(usage);
  const ids = chosen();
  const scratch = makeScratch("countersign-bench-");
  makePrivateFolder(postgresAccount(), scratch);
  let server: Awaited<ReturnType<typeof startPostgres>> | null = null;
  const end = async () => {
    await server?.end();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  };
  const onSignal = () => void end().finally(() => process.exit(1));
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  try {
    server = await startPostgres(scratch);
    const machine = machineLine(await describeMachine(server.url));
    process.stderr.write(`${machine}\n`);
    const all: Measured[] = [];
    for (const id of ids) {
      const { measured, failed } = await measureRow(id, server.url, scratch);
      all.push(...measured);
      if (failed) {
        process.stderr.write(`  (${id}) failed\n`);
        process.exitCode = 1;
      }
    }
    if (values.write !== undefined) writeTable(values.write, ids, all, `${machine}; ${rounds} rounds.`);
    if (values.markdown) process.stdout.write(`${machine}; ${rounds} rounds.\n\n${markdownTable(all)}\n`);
    if (all.some(({ result }) => !keeps(result.target, result))) process.exitCode = 1;
  } finally {
    await end();
  }
}

await main();
