import { sql } from "drizzle-orm";
import { bigint, customType, timestamp, uuid } from "drizzle-orm/pg-core";

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "bytea",
});

/** Integer micro-units of the organization's currency (1 USD = 1,000,000). */
export const micros = () => bigint({ mode: "number" });

export const instant = () => timestamp({ withTimezone: true, mode: "date", precision: 3 });

export const createdAt = () => instant().notNull().default(sql`now()`);

/** Every tenant row carries its organization; row-level security compares it with the transaction's tenant. */
export const tenantId = () => uuid().notNull();
