import { appliedSchema, builtForSchema } from "@/db/schema-version";
import { database } from "@/lib/database";
import { partIsAway, partIsBack } from "@/lib/outage";
import { within } from "./within";

export type DatabaseState = "ok" | "not_migrated" | "unavailable";

/** SQLSTATEs of a function or column that is not there: the schema is older than this build. */
const unknownToSchema = new Set(["42883", "42703", "42P01"]);

/** Whether the database answers, and with a schema at least as new as the one that this build was made for. */
export async function databaseState(timeoutMs: number): Promise<DatabaseState> {
  try {
    const applied = await within(timeoutMs, appliedSchema(database().sql));
    partIsBack("database");
    // A newer schema is fine: migrations go forward only, and a server of before serves until it is replaced.
    return applied !== null && applied >= builtForSchema ? "ok" : "not_migrated";
  } catch (error) {
    if (error instanceof Error && "code" in error && unknownToSchema.has(String(error.code))) return "not_migrated";
    partIsAway("database", error);
    return "unavailable";
  }
}
