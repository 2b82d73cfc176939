import { sql } from "drizzle-orm";
import type { Connection } from "./client";
import { withoutValues } from "./error";

type Transaction = Parameters<Parameters<Connection["db"]["transaction"]>[0]>[0];

declare const tenantBrand: unique symbol;

/** A transaction whose tenant is set. Only `inTenant` makes one, so a query cannot forget its tenant. */
export type Tx = Transaction & { readonly [tenantBrand]: true };

/**
 * Runs `work` in one transaction that sees one organization. Row-level security compares every row with the setting,
 * which ends with the transaction.
 */
export async function inTenant<T>(connection: Connection, organizationId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await connection.db.transaction(async (transaction) => {
      await transaction.execute(sql`select set_config('countersign.tenant', ${organizationId}, true)`);
      return work(transaction as Tx);
    });
  } catch (error) {
    throw withoutValues(error);
  }
}
