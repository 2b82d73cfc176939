import { and, eq, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { reservation } from "@/db/schema/budget";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { actionDigest } from "@/lib/actions/digest";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";

/**
 * Lets an action that waited go on: its agent may take the grant, or its run may start, until `until`. The stored action
 * must still be what was approved, byte for byte.
 */
export async function allowAction(tx: Tx, organizationId: string, actionId: string, digest: Buffer, until: Date): Promise<void> {
  const [stored] = await tx.select().from(action).where(eq(action.id, actionId));
  if (!stored) throw notFound("action");
  if (!actionDigest(stored).equals(digest)) throw conflict("The stored action is not the one that was shown.", "Tell an admin: it was changed outside of the portal.");
  const [allowed] = await tx
    .update(action)
    .set({ status: "allowed", grantExpiresAt: until })
    .where(and(eq(action.id, actionId), eq(action.status, "pending_approval")))
    .returning({ id: action.id });
  if (!allowed) throw conflict(`The action is ${stored.status} already.`);
  const [, runs] = await Promise.all([
    tx.update(reservation).set({ expiresAt: until }).where(and(eq(reservation.actionId, actionId), eq(reservation.status, "held"))),
    tx.update(run).set({ reason: sql`''` }).where(eq(run.actionId, actionId)).returning({ id: run.id }),
  ]);
  publish(tx, organizationId, `action:${actionId}`);
  for (const { id } of runs) publish(tx, organizationId, `run:${id}`);
}
