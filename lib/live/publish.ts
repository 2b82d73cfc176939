import { withCommit, type Tx } from "@/db/tenant";
import { liveChannel, type Topic } from "./topics";

/**
 * Tells every process, once the transaction has committed, that something under the topic changed. A transaction that is
 * rolled back tells nothing, and the same topic twice in one transaction is told once.
 */
export function publish(tx: Tx, organizationId: string, topic: Topic): void {
  withCommit(tx, { text: "select pg_notify($1, $2)", values: [liveChannel, JSON.stringify({ organizationId, topic })] });
}
