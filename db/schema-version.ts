import type { Sql } from "postgres";
import journal from "./migrations/meta/_journal.json";

/** When the newest migration of this build was made, in milliseconds: what `gate_schema_version()` should say. */
export const builtForSchema = Math.max(...journal.entries.map((entry) => entry.when));

/** When the newest migration that was applied was made; null for a database that knows of none. */
export async function appliedSchema(sql: Sql): Promise<number | null> {
  const [row] = await sql<{ version: string | null }[]>`select gate_schema_version()::text as version`;
  return row?.version ? Number(row.version) : null;
}
