import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { directoryPulled, directorySync } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { publish } from "@/lib/live/publish";

export type SyncRow = typeof directorySync.$inferSelect;
type State = SyncRow["state"];

/** This directory's own sync, to be changed; null when it has ended, or is in none of these states. */
export async function lockSync(tx: Tx, ctx: DirectoryCtx, syncId: string, states: readonly State[]): Promise<SyncRow | null> {
  const own = and(eq(directorySync.id, syncId), eq(directorySync.directoryId, ctx.actor.id), isNull(directorySync.finishedAt), inArray(directorySync.state, [...states]));
  const [row] = await tx.select().from(directorySync).where(own).for("update");
  return row ?? null;
}

export type SyncChange = Partial<Omit<typeof directorySync.$inferInsert, "id" | "organizationId" | "directoryId" | "finishedAt">>;

/** Changes a sync, and has open pages look again. */
export async function setSync(tx: Tx, ctx: DirectoryCtx, syncId: string, change: SyncChange): Promise<void> {
  await tx.update(directorySync).set(change).where(eq(directorySync.id, syncId));
  publish(tx, ctx.organizationId, `directory:${ctx.actor.id}`);
}

/** Ends a sync: what it read is forgotten. */
export async function endSync(tx: Tx, ctx: DirectoryCtx, syncId: string, change: SyncChange & { state: State }): Promise<void> {
  await tx.update(directorySync).set({ ...change, finishedAt: sql`now()` }).where(eq(directorySync.id, syncId));
  await tx.delete(directoryPulled).where(eq(directoryPulled.syncId, syncId));
  publish(tx, ctx.organizationId, `directory:${ctx.actor.id}`);
}
