import { sql } from "drizzle-orm";
import { lock, type LockKind } from "@/db/schema/lock";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { inside } from "@/lib/runs/testing";
import { liftLock } from "./lift";
import { placeLock, PlaceLockInput, type LockReceipt } from "./place";

/** Locks something as a form would ask for it. */
export function place(ctx: PersonCtx, kind: LockKind, target: string, more: { workspaceId?: string; minutes?: number; message?: string; reason?: string } = {}): Promise<LockReceipt> {
  return placeLock(ctx, PlaceLockInput.parse({ kind, target, message: "Under investigation.", ...more }));
}

export function lift(ctx: PersonCtx, { id }: { id: string }): Promise<{ id: string }> {
  return liftLock(ctx, { id, reason: "It was a false alarm" });
}

/** As if the time of all of an organization's locks were over. */
export async function letTimePass({ organizationId }: { organizationId: string }): Promise<void> {
  await inside({ organizationId }, (tx) => tx.update(lock).set({ until: sql`now() - interval '1 second'` }));
}
