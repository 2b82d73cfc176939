import { prepared, type Tx } from "@/db/tenant";

/**
 * One at a time changes whom approval policies ask or who is there to be asked, so that neither is compared with what the other
 * is just changing. Call it before the people and the policies are read.
 */
export async function lockApprovers(tx: Tx, organizationId: string): Promise<void> {
  await prepared(tx, { text: "select pg_advisory_xact_lock(hashtextextended('who approves in ' || $1, 0))", values: [organizationId] });
}
