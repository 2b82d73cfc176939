import { and, eq, sql } from "drizzle-orm";
import { reservation } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import { mostCountedMicros } from "./reserve";

export type Settlement = { reservedMicros: number; actualMicros: number; overrunMicros: number } | null;

/**
 * Turns an action's reservation into its real cost, on every window in one statement. What was reported above the
 * reservation is committed only as far as every hard cap has room; the rest is kept as `overrun`, so that committed plus
 * reserved never passes a hard cap and nothing that was spent is forgotten. Null: there was nothing held (settled before).
 */
export async function settleReservation(tx: Tx, actionId: string, actualMicros: number): Promise<Settlement> {
  const [held] = await tx
    .update(reservation)
    .set({ status: "settled", actualMicros, settledAt: sql`now()` })
    .where(and(eq(reservation.actionId, actionId), eq(reservation.status, "held")))
    .returning();
  if (!held) return null;
  await lockWindows(tx, held.windowIds);
  const excess = Math.max(0, actualMicros - held.amountMicros);
  const room = excess === 0 ? 0 : await roomFor(tx, held.windowIds, excess);
  const committed = Math.min(actualMicros, held.amountMicros) + room;
  const overrun = excess - room;
  await tx.execute(sql`
    update budget_window set reserved_micros = reserved_micros - ${held.amountMicros},
      committed_micros = least(committed_micros + ${committed}, ${mostCountedMicros}::bigint),
      overrun_micros = least(overrun_micros + ${overrun}, ${mostCountedMicros}::bigint)
    where id = any(${sql.param(held.windowIds)}::uuid[])`);
  return { reservedMicros: held.amountMicros, actualMicros, overrunMicros: overrun };
}

/** How long an agent may take to report what it carried out itself. */
const reportMs = 24 * 60 * 60 * 1000;

/** Keeps what an action has set aside while its agent carries it out. */
export async function holdUntilReported(tx: Tx, actionId: string): Promise<void> {
  await tx
    .update(reservation)
    .set({ expiresAt: sql`now() + ${`${reportMs} milliseconds`}::interval` })
    .where(and(eq(reservation.actionId, actionId), eq(reservation.status, "held")));
}

/** Gives back what an action had set aside. False: there was nothing held. */
export async function releaseReservation(tx: Tx, actionId: string, status: "released" | "expired" = "released"): Promise<boolean> {
  const [held] = await tx
    .update(reservation)
    .set({ status, actualMicros: 0, settledAt: sql`now()` })
    .where(and(eq(reservation.actionId, actionId), eq(reservation.status, "held")))
    .returning();
  if (!held) return false;
  await lockWindows(tx, held.windowIds);
  await tx.execute(sql`
    update budget_window set reserved_micros = reserved_micros - ${held.amountMicros}
    where id = any(${sql.param(held.windowIds)}::uuid[])`);
  return true;
}

/** Always in id order, as the decision does, so that two transactions never wait for one another. */
async function lockWindows(tx: Tx, windowIds: readonly string[]): Promise<void> {
  await tx.execute(sql`select 1 from budget_window where id = any(${sql.param([...windowIds])}::uuid[]) order by id for update`);
}

async function roomFor(tx: Tx, windowIds: readonly string[], excess: number): Promise<number> {
  const [row] = await tx.execute<{ room: string | null }>(sql`
    select min(b.cap_micros + w.raised_micros - w.committed_micros - w.reserved_micros) as room
    from budget_window w join budget b on b.organization_id = w.organization_id and b.id = w.budget_id
    where b.hard and w.id = any(${sql.param([...windowIds])}::uuid[])`);
  const room = row?.room === null || row?.room === undefined ? excess : Number(row.room);
  return Math.max(0, Math.min(excess, room));
}
