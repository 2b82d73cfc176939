import { DrizzleQueryError } from "drizzle-orm/errors";
import postgres from "postgres";

/** The SQLSTATE behind an error, through the wrappers of the query builder; undefined when it is not the database's. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof postgres.PostgresError) return at.code;
  }
  return undefined;
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
