import { jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns";

export const ratePeriods = ["minute", "hour", "day"] as const;

/** What an agent called under the rate of a row, since the beginning of the row's period. One row for all levels that name the same tools. */
export const rateUse = pgTable(
  "rate_use",
  {
    organizationId: tenantId(),
    agentId: uuid().notNull(),
    /** The tools that are counted together: a glob, with dots as the policy compares them. */
    tool: text().notNull(),
    period: text({ enum: ratePeriods }).notNull(),
    /** Oldest first: which slice of time, a sixtieth of the period, counted since 1970, and how many calls began in it. */
    slices: jsonb().$type<[slice: number, calls: number][]>().notNull(),
    usedAt: instant().notNull(),
  },
  // No index on the time: every call would have to move its entry.
  (t) => [primaryKey({ columns: [t.organizationId, t.agentId, t.tool, t.period] })],
);
