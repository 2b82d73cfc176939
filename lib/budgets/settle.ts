import { and, eq, sql } from "drizzle-orm";
import { reservation } from "@/db/schema/budget";
import { prepared, type Tx } from "@/db/tenant";
import { releaseTokens } from "@/lib/rates/settle-tokens";
import { type CountedWindow, crossed, type Crossing, mostCountedMicros } from "./reserve";
import { leftMicros } from "./window";

/** `crossings`: the thresholds that a cost above the reservation reached; whoever settles notes them (`noteCrossings`). */
export type Settlement = { reservedMicros: number; actualMicros: number; overrunMicros: number; crossings: Crossing[] } | null;

/**
 * Turns an action's reservation into its real cost, on every window in one statement. What was reported above the
 * reservation is committed only as far as every hard cap has room; the rest is kept as `overrun`, so that committed plus
 * reserved never passes a hard cap and nothing that was spent is forgotten: it counts against what is decided next.
 * Null: there was nothing held (settled before).
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
  const windows = excess === 0 ? [] : await countedWindows(tx, held.windowIds);
  const room = Math.max(0, Math.min(excess, ...windows.filter((window) => window.hard).map(leftMicros)));
  const committed = Math.min(actualMicros, held.amountMicros) + room;
  const overrun = excess - room;
  await tx.execute(sql`
    update budget_window set reserved_micros = reserved_micros - ${held.amountMicros},
      committed_micros = least(committed_micros + ${committed}, ${mostCountedMicros}::bigint),
      overrun_micros = least(overrun_micros + ${overrun}, ${mostCountedMicros}::bigint)
    where id = any(${sql.param(held.windowIds)}::uuid[])`);
  return { reservedMicros: held.amountMicros, actualMicros, overrunMicros: overrun, crossings: windows.flatMap((window) => crossed(window, excess)) };
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

/** Gives back what an action had set aside, its tokens too. False: there was nothing held. */
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
  await releaseTokens(tx, actionId);
  return true;
}

/** Sets less aside for an action than before; the rest is free again in every window. Nothing when it is not less. */
export async function reduceReservation(tx: Tx, actionId: string, toMicros: number): Promise<void> {
  const [held] = await tx.select().from(reservation).where(and(eq(reservation.actionId, actionId), eq(reservation.status, "held"))).for("update");
  if (!held || toMicros >= held.amountMicros) return;
  await tx.update(reservation).set({ amountMicros: toMicros }).where(eq(reservation.id, held.id));
  await lockWindows(tx, held.windowIds);
  await tx.execute(sql`
    update budget_window set reserved_micros = reserved_micros - ${held.amountMicros - toMicros}
    where id = any(${sql.param(held.windowIds)}::uuid[])`);
}

/** Always in id order, as the decision does, so that two transactions never wait for one another. */
async function lockWindows(tx: Tx, windowIds: readonly string[]): Promise<void> {
  await tx.execute(sql`select 1 from budget_window where id = any(${sql.param([...windowIds])}::uuid[]) order by id for update`);
}

const countedText = `
  select w.id as "windowId", b.id as "budgetId", b.scope_type as "scopeType", b.hard, b.thresholds, b.cap_micros as "capMicros",
    w.raised_micros as "raisedMicros", w.committed_micros + w.overrun_micros as "spentMicros", w.reserved_micros as "reservedMicros"
  from budget_window w join budget b on b.organization_id = w.organization_id and b.id = w.budget_id
  where w.id = any($1::uuid[]) order by w.id`;

type CountedRow = { [Name in keyof CountedWindow]: CountedWindow[Name] extends number ? string : CountedWindow[Name] };

async function countedWindows(tx: Tx, windowIds: readonly string[]): Promise<CountedWindow[]> {
  const rows = await prepared<CountedRow>(tx, { text: countedText, values: [windowIds] });
  return rows.map((row) => ({
    ...row,
    capMicros: Number(row.capMicros),
    raisedMicros: Number(row.raisedMicros),
    spentMicros: Number(row.spentMicros),
    reservedMicros: Number(row.reservedMicros),
  }));
}
