import { sql } from "drizzle-orm";
import { authorizeSystem } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { noAudit } from "./actions";

/** Events of one transaction: short ones, since each holds the index against other indexers. */
const batchSize = 1_000;
/** At most so many events are taken up by one call; the next call goes on from there. */
const eventsPerCall = 200_000;

/**
 * Makes the organization's new events findable by index, oldest first. Search does not wait for it: what is not in the
 * index yet it looks through one by one.
 * @returns how many events are still to be indexed; null when another call is at it.
 */
export async function indexAudit(ctx: Ctx): Promise<{ waiting: number | null }> {
  for (let done = 0; ; done += batchSize) {
    const waiting = await transact(ctx, async (tx) => {
      authorizeSystem(tx, ctx, "audit", "view");
      const [row] = await tx.execute<{ waiting: string | null }>(sql`select audit_index_more(${batchSize}) as waiting`);
      return { value: row?.waiting ?? null, audit: noAudit("an index says nothing that the events do not say") };
    });
    if (waiting === null || Number(waiting) === 0 || done >= eventsPerCall) return { waiting: waiting === null ? null : Number(waiting) };
  }
}
