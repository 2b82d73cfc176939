import type { Sql } from "postgres";

const batch = 5000;

/** Deletes runs that ended and events that came more than so many days ago, and keys that have expired. */
export async function deleteExpired(sql: Sql, retentionDays: number): Promise<void> {
  const before = new Date(Date.now() - retentionDays * 24 * 3600_000);
  await inBatches(() => sql`
    DELETE FROM engine.run WHERE id IN (SELECT id FROM engine.run WHERE ended_at < ${before} LIMIT ${batch})`);
  await inBatches(() => sql`
    DELETE FROM engine.event WHERE id IN (SELECT id FROM engine.event WHERE received_at < ${before} LIMIT ${batch})`);
  await inBatches(() => sql`
    DELETE FROM engine.seen WHERE key IN (SELECT key FROM engine.seen WHERE expires_at < now() LIMIT ${batch})`);
}

async function inBatches(deleteSome: () => PromiseLike<{ count: number }>): Promise<void> {
  while ((await deleteSome()).count === batch);
}
