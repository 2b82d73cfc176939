import { and, asc, desc, gt, lte, sql } from "drizzle-orm";
import { auditCheckpoint, auditEvent, auditHead } from "@/db/stream/audit";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

export type StoredEvent = typeof auditEvent.$inferSelect;
export type StoredCheckpoint = typeof auditCheckpoint.$inferSelect;

const pageSize = 1_000;
const endOfTime = new Date("9999-12-31T00:00:00Z");

/**
 * The organization's events after `after` up to `upTo`, oldest first, in pages that are transactions of their own: memory
 * stays the same for any number, and nothing is held open while the caller computes.
 */
export async function* streamEvents(ctx: Ctx, after: number, upTo = Number.MAX_SAFE_INTEGER): AsyncGenerator<StoredEvent[]> {
  // Two rows with the same position must both be seen, though there should be none.
  let last = { seq: after, occurredAt: endOfTime };
  for (;;) {
    const page = await read(ctx, async (tx) => {
      authorize(tx, ctx, "audit", "view", { workspaceId: null });
      const within = and(
        sql`(${auditEvent.seq}, ${auditEvent.occurredAt}) > (${last.seq}, ${sql.param(last.occurredAt, auditEvent.occurredAt)})`,
        lte(auditEvent.seq, upTo),
      );
      return tx.select().from(auditEvent).where(within).orderBy(asc(auditEvent.seq), asc(auditEvent.occurredAt)).limit(pageSize);
    });
    if (page.length > 0) yield page;
    last = page.at(-1) ?? last;
    if (page.length < pageSize) return;
  }
}

/** The latest signed checkpoint, or null when there is none yet. */
export function latestCheckpoint(ctx: Ctx): Promise<StoredCheckpoint | null> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", { workspaceId: null });
    const [row] = await tx.select().from(auditCheckpoint).orderBy(desc(auditCheckpoint.treeSize)).limit(1);
    return row ?? null;
  });
}

/** The largest signed checkpoint of at most so many events, or null when there is none. */
export function checkpointUpTo(ctx: Ctx, size: number): Promise<StoredCheckpoint | null> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", { workspaceId: null });
    const [row] = await tx.select().from(auditCheckpoint).where(lte(auditCheckpoint.treeSize, size)).orderBy(desc(auditCheckpoint.treeSize)).limit(1);
    return row ?? null;
  });
}

/** Checkpoints of trees larger than `after`, smallest first. */
export function nextCheckpoints(ctx: Ctx, after: number, limit = 200): Promise<StoredCheckpoint[]> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", { workspaceId: null });
    return tx.select().from(auditCheckpoint).where(gt(auditCheckpoint.treeSize, after)).orderBy(asc(auditCheckpoint.treeSize)).limit(limit);
  });
}

/** The end of the chain as the appender knows it, and the highest position that is really stored. */
export function streamHead(ctx: Ctx): Promise<{ seq: number; chain: Buffer | null; stored: number }> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", { workspaceId: null });
    const [head] = await tx.select().from(auditHead);
    const [last] = await tx.select({ seq: auditEvent.seq }).from(auditEvent).orderBy(desc(auditEvent.seq)).limit(1);
    return { seq: head?.seq ?? 0, chain: head?.chainHash ?? null, stored: last?.seq ?? 0 };
  });
}
