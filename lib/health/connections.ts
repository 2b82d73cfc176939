import { database } from "@/lib/database";
import { within } from "./within";

/** `all` and `most` count everybody's connections to this PostgreSQL, the rest the portal's own, of all its servers. */
export type Connections = { active: number; idle: number; inTransaction: number; all: number; most: number; version: string };

/** Connections to the database by what they do at this moment. @throws when it does not answer in time. */
export async function connections(timeoutMs = 5_000): Promise<Connections> {
  const [row] = await within(
    timeoutMs,
    database().sql<Connections[]>`
      select count(*) filter (where own and state = 'active')::int as "active", count(*) filter (where own and state = 'idle')::int as "idle",
        count(*) filter (where own and state like 'idle in transaction%')::int as "inTransaction", count(*)::int as "all",
        current_setting('max_connections')::int as "most", current_setting('server_version') as "version"
      from (select state, usename = current_user and datname = current_database() as own from pg_stat_activity
        where backend_type = 'client backend' or backend_type is null) seen`,
  );
  if (!row) throw new Error("pg_stat_activity is empty");
  return row;
}
