import { database } from "@/lib/database";
import { within } from "./within";

export type Connections = { active: number; idle: number; inTransaction: number };

/** The portal's own connections to the database, of all its servers, by what they do at this moment. */
export async function connections(timeoutMs = 5_000): Promise<Connections> {
  const [row] = await within(
    timeoutMs,
    database().sql<Connections[]>`
      select count(*) filter (where state = 'active')::int as "active", count(*) filter (where state = 'idle')::int as "idle",
        count(*) filter (where state like 'idle in transaction%')::int as "inTransaction"
      from pg_stat_activity where usename = current_user and datname = current_database()`,
  );
  return row ?? { active: 0, idle: 0, inTransaction: 0 };
}
