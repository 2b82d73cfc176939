import { prepared, type Statement, type Tx } from "@/db/tenant";
import { liveChannel, type Topic } from "./topics";

/**
 * Tells every process, once the transaction has committed, that something under the topic changed. A transaction that is
 * rolled back tells nothing, and the same topic twice in one transaction is told once.
 */
export async function publish(tx: Tx, organizationId: string, topic: Topic): Promise<void> {
  await prepared(tx, publishStatement(organizationId, topic));
}

/** What `publish` runs. */
export function publishStatement(organizationId: string, topic: Topic): Statement {
  return { text: "select pg_notify($1, $2)", values: [liveChannel, JSON.stringify({ organizationId, topic })] };
}
