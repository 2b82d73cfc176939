import type { Connection } from "../client";
import { withoutValues } from "../error";

/**
 * Appends events that no row goes with, durably, in one round trip: one statement is a transaction of its own. Bodies are
 * canonical JSON, which has no line feed.
 */
export async function appendAlone({ sql }: Connection, organizationId: string, bodies: readonly string[]): Promise<void> {
  try {
    await sql`
      select audit_append(string_to_array(${bodies.join("\n")}, e'\\n')) from set_config('countersign.tenant', ${organizationId}, true)`;
  } catch (error) {
    throw withoutValues(error);
  }
}
