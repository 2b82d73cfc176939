import { sql } from "drizzle-orm";
import { z } from "zod";
import { organization } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { AppError, notFound } from "@/lib/errors";

const day = z.iso.date("must be a day, like 2026-03-31");
/** Nobody remembers what they said more than a year ago. */
const mostDays = 366;

/** Days of the organization, both included; without a first day it begins now. */
export const periodFields = {
  firstDay: z.union([day, z.null(), z.literal("").transform(() => null)]).default(null),
  lastDay: day,
};
type Days = { firstDay: string | null; lastDay: string };

/**
 * From local midnight of the first day, or now, until local midnight after the last, in the organization's time zone.
 * @throws AppError `invalid_input` for days that are over, the wrong way round, or more than a year away.
 */
export async function periodOf(tx: Tx, { firstDay, lastDay }: Days): Promise<{ startsAt: Date; endsAt: Date }> {
  const today = sql`(now() at time zone ${organization.timeZone})::date`;
  const [row] = await tx
    .select({
      from: sql<string>`greatest(now(), coalesce(${firstDay}::date::timestamp at time zone ${organization.timeZone}, now()))`,
      until: sql<string>`(${lastDay}::date + 1)::timestamp at time zone ${organization.timeZone}`,
      daysToFirst: sql<number>`coalesce(${firstDay}::date - ${today}, 0)`,
      daysToLast: sql<number>`${lastDay}::date - ${today}`,
    })
    .from(organization);
  if (!row) throw notFound("organization");
  if (row.daysToFirst < 0) throw wrong("firstDay", "must be today or later");
  if (row.daysToLast < 0) throw wrong("lastDay", "must be today or later");
  if (row.daysToLast < row.daysToFirst) throw wrong("lastDay", "must not be before the first day");
  if (row.daysToLast > mostDays) throw wrong("lastDay", "must be within a year");
  return { startsAt: new Date(row.from), endsAt: new Date(row.until) };
}

function wrong(field: keyof Days, text: string): AppError {
  return new AppError("invalid_input", `The ${field === "firstDay" ? "first" : "last"} day ${text}.`, { fields: { [field]: text } });
}
