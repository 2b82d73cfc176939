import { and, eq, gt, isNull, sql, type SQL } from "drizzle-orm";
import { approval } from "@/db/schema/action";

/** Requests that wait and are of one pattern and risk with this one, itself included. */
export function whereAlike(id: string): SQL | undefined {
  const one = (column: SQL) => sql`(select ${column} from approval p where p.id = ${id})`;
  return and(eq(approval.pattern, one(sql`p.pattern`)), eq(approval.risk, one(sql`p.risk`)), eq(approval.status, "pending"), isNull(approval.narrowingId), gt(approval.expiresAt, sql`now()`));
}
