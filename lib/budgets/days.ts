import { sql } from "drizzle-orm";
import type { Tx } from "@/db/tenant";

export type SpentDay = { day: string; agentId: string; agentName: string; actions: number; spentMicros: number };

type Window = { id: string; startsAt: Date; endsAt: Date; timeZone: string };

const mostRows = 20_000;

/**
 * What was settled against a window, by the day of settlement in the budget's time zone and by agent. The sum is what is
 * committed in the window plus its overrun, exactly: all are integers.
 */
export async function spentDays(tx: Tx, window: Window): Promise<SpentDay[]> {
  // Reservations carry no index on windows, since it would cost every decision; actions have one on time.
  const rows = await tx.execute<{ day: string; agent_id: string; agent_name: string; actions: number; spent: string }>(sql`
    select to_char(r.settled_at at time zone ${window.timeZone}, 'YYYY-MM-DD') as day, a.agent_id, g.name as agent_name,
      count(*)::int as actions, sum(r.actual_micros)::text as spent
    from action a
    join reservation r on r.organization_id = a.organization_id and r.action_id = a.id
    join agent g on g.organization_id = a.organization_id and g.id = a.agent_id
    where a.created_at >= ${window.startsAt.toISOString()}::timestamptz - interval '5 minutes'
      and a.created_at < ${window.endsAt.toISOString()}::timestamptz + interval '5 minutes'
      and r.status = 'settled' and r.window_ids @> array[${window.id}]::uuid[]
    group by 1, 2, 3 order by 1, 3, 2 limit ${mostRows}`);
  return rows.map((row) => ({ day: row.day, agentId: row.agent_id, agentName: row.agent_name, actions: row.actions, spentMicros: Number(row.spent) }));
}

/** Every day of a window as its time zone counts them, the last one included, up to `until`. */
export function daysOf(window: Pick<Window, "startsAt" | "endsAt" | "timeZone">, until: Date): string[] {
  const dayOf = new Intl.DateTimeFormat("sv-SE", { timeZone: window.timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const last = dayOf.format(new Date(Math.min(until.getTime(), window.endsAt.getTime() - 1)));
  const days: string[] = [];
  // Dates without a time, so that summer time neither skips nor repeats one.
  for (let at = new Date(`${dayOf.format(window.startsAt)}T00:00:00Z`); days.length < 100; at = new Date(at.getTime() + 86_400_000)) {
    const day = at.toISOString().slice(0, 10);
    if (day > last) break;
    days.push(day);
  }
  return days;
}
