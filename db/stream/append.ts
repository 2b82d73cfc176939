import type { Connection } from "../client";
import { withoutValues } from "../error";

/**
 * Appends events that no row goes with, durably, in one round trip: one statement is a transaction of its own. Bodies are
 * canonical JSON, which has no line feed.
 */
export async function appendAlone({ sql }: Connection, organizationId: string, bodies: readonly string[]): Promise<void> {
  try {
    // 'case' has the tenant set first, for less than reading it out of a 'from' costs.
    await sql`
      select case when set_config('countersign.tenant', ${organizationId}, true) is not null
        then audit_append(string_to_array(${bodies.join("\n")}, e'\\n')) end`.execute();
  } catch (error) {
    throw withoutValues(error);
  }
}
