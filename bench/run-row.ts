import { mkdtempSync } from "node:fs";
import path from "node:path";
import { createTestDatabase } from "@/db/testing";
import type { Bench, CaseResult } from "./harness/row";
import { rows } from "./rows";

/** What `bench/main.ts` hears from the process of a row. */
export type FromRow = { row: { title: string; beside: string } } | { result: CaseResult } | { progress: string };

// A process for each row, so that no row finds warm what another one warmed, nor its leftovers.
const [id = "", serverUrl = "", scratch = "", rounds = "5", measureMs = "1500"] = process.argv.slice(2);
const undo: (() => Promise<unknown> | void)[] = [];

async function main(): Promise<void> {
  const database = await createTestDatabase(serverUrl);
  undo.push(database.drop);
  process.env.DATABASE_URL = database.url;
  process.env.AUTH_SECRET ??= "a secret of the benchmarks, which guards nothing";
  const bench: Bench = {
    database,
    folder: mkdtempSync(path.join(scratch, `row-${id}-`)),
    rounds: Number(rounds),
    measureMs: Number(measureMs),
    say: (progress) => tell({ progress }),
    onEnd: (step) => undo.push(step),
  };
  const { row } = (await rows[id]?.()) ?? fail(`there is no row (${id})`);
  tell({ row: { title: row.title, beside: row.beside } });
  for await (const result of row.run(bench)) tell({ result });
}

function tell(message: FromRow): void {
  process.send?.(message);
}

function fail(message: string): never {
  throw new Error(message);
}

async function undoAll(): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}

// Ctrl-C, or the end of `bench/main.ts`. The Postgres may be gone already, with everything in it.
const onSignal = async () => {
  while (undo.length > 0) await undoAll().catch(() => {});
  process.exit(1);
};
process.once("SIGINT", () => void onSignal());
process.once("SIGTERM", () => void onSignal());

try {
  await main();
} finally {
  await undoAll();
}
// What a row left open must not keep the next one waiting.
process.disconnect?.();
process.exit();
