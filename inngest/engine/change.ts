import type { Logger } from "pino";
import postgres, { type Sql, type TransactionSql } from "postgres";
import type { Registry } from "./registry";
import { settleSlots } from "./slots";

/** What every part of a running engine shares. */
export interface Engine {
  sql: Sql;
  registry: Registry;
  log: Logger;
  signingKey: string;
  eventKey: string;
  retryBaseMs: number;
  retentionDays: number;
  /** Aborts the calls of the app that are still under way when the engine has waited long enough to stop. */
  abort: AbortSignal;
}

/**
 * One transaction on the engine's state. Jobs are added by SQL in the same transaction, so state and jobs change
 * together or not at all. Rows are locked in this order: runs (by id, a child before its parent), then waits, then
 * the one lock of the concurrency queue.
 */
export interface Change {
  engine: Engine;
  sql: TransactionSql;
  /** Concurrency keys whose queue must be looked at before the commit. */
  touchedKeys: Set<string>;
}

const deadlock = "40P01";
const maxTries = 5;

/** Runs `work` in a transaction and, before it commits, grants the concurrency places it freed or asked for. */
export async function change<T>(engine: Engine, work: (change: Change) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const result = await engine.sql.begin(async (sql) => {
        const current: Change = { engine, sql, touchedKeys: new Set() };
        const value = await work(current);
        await settleSlots(current);
        return { value };
      });
      return result.value;
    } catch (error) {
      const isDeadlock = error instanceof postgres.PostgresError && error.code === deadlock;
      if (!isDeadlock || tries === maxTries) throw error;
    }
  }
}
