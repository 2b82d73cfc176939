import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import path from "node:path";
import { createTestDatabase } from "@/db/testing";
import { checkout } from "../scripts/start/checkout";
import type { AtSize, FromSize } from "./growth/at-size";
import { growthCases } from "./growth/cases";
import type { Bench, BenchRow, CaseResult } from "./harness/row";
import { summarize, type Pair } from "./harness/statistics";

const small = 10_000;
const large = [1_000_000, 5_000_000];
/** For a quick look at whether it runs. */
const quick = [50_000];

/** (j) The same work in databases of three sizes, which stand beside each other and are measured in turn. */
export const row: BenchRow = {
  title: "growth: the same work with much behind it",
  beside: `the same in a database of ${small.toLocaleString("en-US")} rows`,
  async *run(bench) {
    const base = await openAt(bench, small);
    for (const rows of bench.measureMs < 1_000 ? quick : large) {
      const grown = await openAt(bench, rows);
      for (const [name, load] of Object.entries(growthCases)) {
        const { growthCase } = await load();
        const title = `${growthCase.title}, ${rows.toLocaleString("en-US")} rows`;
        const pairs: Pair[] = [];
        await base.measure(name);
        await grown.measure(name);
        for (let round = 0; round < bench.rounds; round++) {
          const pair = round % 2 === 0 ? { ours: await grown.measure(name), beside: await base.measure(name) } : { beside: await base.measure(name), ours: await grown.measure(name) };
          pairs.push(pair);
          bench.say(`${title}: round ${round + 1} of ${bench.rounds}: ${pair.ours.toPrecision(4)} beside ${pair.beside.toPrecision(4)} ${growthCase.unit}`);
        }
        yield { case: title, unit: growthCase.unit, ...summarize(pairs), target: { atMost: 1.5 } } satisfies CaseResult;
      }
      await grown.end();
    }
  },
};

type Sized = { measure: (name: string) => Promise<number>; end: () => Promise<void> };

/** A filled database with a process that measures in it; both end with the row, or before. */
async function openAt(bench: Bench, rows: number): Promise<Sized> {
  const { drop, ...database } = await createTestDatabase(bench.database.adminUrl);
  const given: AtSize = { database, folder: mkdtempSync(path.join(bench.folder, "size-")), rows, measureMs: bench.measureMs, cases: Object.keys(growthCases) };
  const child = fork(path.join(checkout, "bench/growth/at-size.ts"), [JSON.stringify(given)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  child.on("message", (message: FromSize) => {
    if ("progress" in message) bench.say(message.progress);
  });
  let open = true;
  const end = async () => {
    if (!open) return;
    open = false;
    const gone = once(child, "exit");
    if (child.connected) child.send(null as never);
    else child.kill();
    if (child.exitCode === null) await gone;
    await drop();
  };
  bench.onEnd(end);
  await answer(child);
  return {
    measure: async (name) => {
      child.send(name);
      const said = await answer(child);
      if (!("figure" in said)) throw new Error("the process at a size gave no figure");
      return said.figure;
    },
    end,
  };
}

/** The next thing it says that is not progress. */
async function answer(child: ChildProcess): Promise<FromSize> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error("the process at a size has ended"));
    const hear = (message: FromSize) => {
      if ("progress" in message) return;
      child.off("message", hear);
      child.off("exit", ended);
      if ("problem" in message) reject(new Error(message.problem));
      else resolve(message);
    };
    child.on("message", hear);
    child.once("exit", ended);
  });
}
