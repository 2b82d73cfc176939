import { reservation } from "@/db/schema/budget";
import { insertRows } from "@/db/insert-rows";
import type { Statement } from "@/db/tenant";

type Held = typeof reservation.$inferInsert;

/**
 * Writes reservations for which `reserve` found room: a row for each, and one update for each window with the sum of what
 * was set aside in it. The windows are locked by whoever found the room.
 */
export function reservationStatements(held: readonly Held[]): Statement[] {
  const sums = new Map<string, number>();
  for (const { windowIds, amountMicros } of held) {
    for (const id of windowIds) sums.set(id, (sums.get(id) ?? 0) + amountMicros);
  }
  const rows = insertRows(reservation, held);
  if (sums.size === 0) return rows;
  return [
    ...rows,
    {
      text: `update budget_window w set reserved_micros = w.reserved_micros + added.amount
        from unnest($1::uuid[], $2::bigint[]) as added (id, amount) where w.id = added.id`,
      values: [[...sums.keys()], [...sums.values()]],
    },
  ];
}
