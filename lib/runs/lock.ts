import { eq, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";

/**
 * Locks the run's action. Whatever changes both takes the action first, as deciding and cancelling do, so that two of
 * them never wait for one another.
 */
export async function lockActionOf(tx: Tx, runId: string): Promise<void> {
  await tx
    .select({ id: action.id })
    .from(action)
    .where(eq(action.id, sql`(select ${run.actionId} from ${run} where ${run.id} = ${runId})`))
    .for("update");
}
