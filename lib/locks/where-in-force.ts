import { and, gt, isNull, or, sql, type SQL } from "drizzle-orm";
import { lock } from "@/db/schema/lock";

/** Rows of `lock` that are in force, by the database's clock; as `inForce` of `standing.ts`. */
export function lockInForce(): SQL | undefined {
  return and(isNull(lock.endedAt), or(isNull(lock.until), gt(lock.until, sql`now()`)));
}
