import { database } from "@/lib/database";

/** Makes the audit stream's partitions of the next months; the rows in the default partition stay where they are. */
export async function ensurePartitions(): Promise<void> {
  await database().sql`select audit_ensure_partitions()`;
}
