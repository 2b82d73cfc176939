import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { sockets } from "./socket";

/**
 * Where names without a schema are looked up. The usual path begins with a schema named after the role: whoever may make
 * schemas, as the job engine may, could put one there and stand in for our tables.
 */
export const searchPath = "public, pg_temp";

/**
 * Opens a pool. Amounts fit a safe integer by constraint, so `bigint` is read as a number; one that does not is an
 * error rather than a rounded figure.
 */
export function connect(url: string, options: { max?: number; connectTimeoutSeconds?: number; silentMs?: number } = {}) {
  // Not written into the call: the driver's types do not know the option, which its documentation has.
  const opened = { socket: sockets(options.silentMs) };
  const sql = postgres(url, {
    ...opened,
    max: options.max ?? 16,
    onnotice: () => {},
    connect_timeout: options.connectTimeoutSeconds ?? 10,
    // Seconds between attempts while the database is away: whoever asks meanwhile is told so soon, and its return is noticed soon.
    backoff: (attempts: number) => Math.min(0.05 * 2 ** attempts, 1),
    connection: { application_name: "countersign", search_path: searchPath, statement_timeout: 30_000, idle_in_transaction_session_timeout: 30_000 },
  });
  return { sql, db: drizzle(sql, { casing: "snake_case" }) };
}

export type Connection = ReturnType<typeof connect>;
