import pino from "pino";
import postgres from "postgres";
import { testDatabase } from "../conformance/database";
import type { Engine } from "./change";
import { Registry } from "./registry";
import { createTables } from "./schema";
import { migrateJobs } from "./worker";

export interface TestEngine {
  engine: Engine;
  close: () => Promise<void>;
}

/** An engine's state on a fresh database, with no worker and no server, for tests of its parts. */
export async function testEngine(): Promise<TestEngine> {
  const database = await testDatabase();
  const sql = postgres(database.url, { onnotice: () => {} });
  const engine: Engine = {
    sql,
    registry: new Registry(sql),
    log: pino({ level: "silent" }),
    signingKey: "signkey-test-00ff",
    eventKey: "key",
    retryBaseMs: 1000,
    retentionDays: 7,
    abort: new AbortController().signal,
  };
  await createTables(sql);
  await createTables(sql); // as at every later start
  await migrateJobs(engine, database.url);
  return {
    engine,
    close: async () => {
      await sql.end();
      await database.drop();
    },
  };
}
