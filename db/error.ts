import { DrizzleQueryError } from "drizzle-orm/errors";
import postgres from "postgres";

/** The SQLSTATE behind an error, through the wrappers of the query builder; undefined when it is not the database's. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof postgres.PostgresError) return at.code;
  }
  return undefined;
}

/** What the driver and the system say of a connection that cannot be made or was lost. */
const lostConnection = new Set([
  "CONNECTION_CLOSED", "CONNECTION_ENDED", "CONNECTION_DESTROYED", "CONNECT_TIMEOUT",
  "ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN",
]);

/**
 * Whether the database could not be reached or cannot serve now: it will again, and nothing is wrong with what was asked.
 * SQLSTATE classes 08 (connection) and 53 (resources), 57P (shutdown, start, crash), 25006 (a standby), and 55000 as said
 * of a database that takes no connections.
 */
export function isDatabaseAway(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  if (cause instanceof postgres.PostgresError) {
    return /^(08|53|57P)/.test(cause.code) || cause.code === "25006" || (cause.code === "55000" && cause.routine === "InitPostgres");
  }
  return cause instanceof Error && "code" in cause && lostConnection.has(String(cause.code));
}

/** Two transactions waited for each other and Postgres undid this one: nothing is wrong with what was asked. */
export function isDeadlock(error: unknown): boolean {
  return sqlState(error) === "40P01";
}

/**
 * Takes the values out of a failed query's error: they may be a password's hash or the link of an invitation, and errors
 * end in logs, in the job engine's state and in what people are told.
 */
export function withoutValues(error: unknown): unknown {
  if (error instanceof postgres.PostgresError) {
    // 'Failing row contains (…)', 'Key (email)=(…) already exists'.
    error.detail = "";
    return error;
  }
  if (!(error instanceof DrizzleQueryError)) return error;
  withoutValues(error.cause);
  const frames = error.stack?.split(error.message).at(-1) ?? "";
  error.message = `Failed query: ${error.query}`;
  error.params = [];
  error.stack = `${error.name}: ${error.message}${frames}`;
  return error;
}

/** The table of locks cannot be read: it is missing (42P01), or its rights were taken away (42501). */
export function isLockUnreadable(error: unknown): boolean {
  const state = sqlState(error);
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return (state === "42501" || state === "42P01") && cause instanceof Error && /\b(?:table|relation) "?lock"?/.test(cause.message);
}
