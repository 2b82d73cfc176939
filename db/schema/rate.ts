import { jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns";

export const ratePeriods = ["minute", "hour", "day", "month"] as const;

/** What an agent used under a rate or a limit within the last period. One row for all levels that limit the same. */
export const rateUse = pgTable(
  "rate_use",
  {
    organizationId: tenantId(),
    agentId: uuid().notNull(),
    /** What is counted together: the glob of tools, with dots as the policy compares them; or a name that no tool has, for what `lib/rates/counted.ts` limits. */
    tool: text().notNull(),
    period: text({ enum: ratePeriods }).notNull(),
    /** Oldest first: which slice of time, a sixtieth of the period, counted since 1970, and how much was used in it. */
    slices: jsonb().$type<[slice: number, calls: number][]>().notNull(),
    usedAt: instant().notNull(),
  },
  // No index on the time: every call would have to move its entry.
  (t) => [primaryKey({ columns: [t.organizationId, t.agentId, t.tool, t.period] })],
);
