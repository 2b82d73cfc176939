import { sql } from "drizzle-orm";
import type { Tx } from "@/db/tenant";
import { AppError } from "@/lib/errors";

const searchTimeoutMs = 10_000;

/** From here on no statement of the transaction takes longer than a person waits for a search. */
export async function boundSearch(tx: Tx): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', ${String(searchTimeoutMs)}, true)`);
}

/** For a search's `catch`: Postgres ended the statement at its time limit. @throws AppError `unavailable`. */
export function refuseSlow(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error && "code" in cause && cause.code === "57014")) throw error;
  throw new AppError("unavailable", "This search would take too long.", { hint: "Add a time range, an actor or an action.", cause: error });
}
