import { once } from "node:events";
import postgres from "postgres";
import { z } from "zod";
import type { TestDatabase } from "@/db/testing";
import type { Bench } from "../harness/row";
import { benchTenant } from "../harness/tenant";
import type { Place } from "./case";
import { growthCases } from "./cases";

/** What the process at a size is told when it starts, as one argument. */
export type AtSize = { database: Pick<TestDatabase, "url" | "adminUrl" | "jobsUrl">; folder: string; rows: number; measureMs: number; cases: readonly string[] };

/** What it says. */
export type FromSize = { progress: string } | { ready: true } | { figure: number } | { problem: string };

// A process for each size, since the library has one database.
const given = JSON.parse(process.argv[2] ?? "{}") as AtSize;
const undo: (() => Promise<unknown> | void)[] = [];
const tell = (message: FromSize): void => void process.send?.(message);

async function main(): Promise<void> {
  process.env.DATABASE_URL = given.database.url;
  const bench: Bench = {
    database: { ...given.database, drop: async () => {} },
    folder: given.folder,
    rounds: 1,
    measureMs: given.measureMs,
    say: (progress) => tell({ progress }),
    onEnd: (step) => undo.push(step),
  };
  const admin = postgres(given.database.adminUrl, { max: 3, onnotice: () => {}, connection: { statement_timeout: 0 } });
  bench.onEnd(() => admin.end({ timeout: 5 }));
  const place: Place = { bench, tenant: await benchTenant(), rows: given.rows, admin };
  const cases = await Promise.all(given.cases.map(async (name) => ({ name, ...(await (growthCases[name] ?? missing(name))()) })));
  for (const fill of new Set(cases.flatMap(({ growthCase }) => growthCase.fills))) {
    bench.say(`${given.rows.toLocaleString("en-US")} rows: ${fill.name}`);
    await fill(place, given.rows);
  }
  await admin`checkpoint`;
  const measure = new Map<string, () => Promise<number>>();
  for (const { name, growthCase } of cases) measure.set(name, await growthCase.open(place));
  tell({ ready: true });
  for (;;) {
    const [asked] = await once(process, "message");
    const name = z.string().nullable().parse(asked);
    if (name === null) return;
    tell({ figure: await (measure.get(name) ?? missing(name))() });
  }
}

function missing(name: string): never {
  throw new Error(`there is no case ${name}`);
}

try {
  await main();
} catch (error) {
  tell({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
} finally {
  for (const step of undo.reverse()) await step();
}
process.disconnect?.();
process.exit();
