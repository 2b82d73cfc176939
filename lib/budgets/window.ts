import { sql, type SQL } from "drizzle-orm";
import type { Tx } from "@/db/tenant";
import type { budgetPeriods, budgetScopes } from "@/db/schema/budget";
import { newId } from "@/lib/id";

/** One budget with its current window, as the decision sees it. Amounts in micro-units. */
export type OpenWindow = {
  budgetId: string;
  windowId: string;
  scopeType: (typeof budgetScopes)[number];
  scopeId: string;
  period: (typeof budgetPeriods)[number];
  hard: boolean;
  thresholds: number[];
  capMicros: number;
  raisedMicros: number;
  committedMicros: number;
  reservedMicros: number;
  startsAt: Date;
  endsAt: Date;
};

/** What may still be spent in the window; negative after a cap was lowered. */
export function leftMicros(window: OpenWindow): number {
  return window.capMicros + window.raisedMicros - window.committedMicros - window.reservedMicros;
}

type Row = Omit<OpenWindow, "startsAt" | "endsAt"> & { startsAt: string; endsAt: string };

const columns = sql`b.id as "budgetId", b.scope_type as "scopeType", b.scope_id as "scopeId", b.period, b.hard, b.thresholds,
  b.cap_micros as "capMicros"`;

// Local midnight of the budget's time zone; a period is a calendar one, so its length varies with months and summer time.
const bounds = sql`
  date_trunc(b.period, now(), b.time_zone) as starts_at,
  (date_trunc(b.period, now() at time zone b.time_zone) + case b.period when 'day' then interval '1 day' when 'week' then interval '1 week'
    when 'month' then interval '1 month' else interval '3 months' end) at time zone b.time_zone as ends_at`;

/**
 * The current windows of all budgets that cover the given scopes, made where missing and, with `lock`, locked in id order
 * until the transaction ends, so that what is read is what is reserved against.
 */
export async function openWindows(tx: Tx, scopeIds: readonly string[], lock: boolean): Promise<OpenWindow[]> {
  const scopes = sql`${sql.param([...scopeIds])}::uuid[]`;
  const [budgets, open] = await Promise.all([countBudgets(tx, scopes), selectOpen(tx, scopes, lock)]);
  if (open.length === budgets) return open;
  await makeWindows(tx, scopes);
  return selectOpen(tx, scopes, lock);
}

async function countBudgets(tx: Tx, scopes: SQL): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from budget b where b.archived_at is null and b.scope_id = any(${scopes})`);
  return row?.count ?? 0;
}

async function selectOpen(tx: Tx, scopes: SQL, lock: boolean): Promise<OpenWindow[]> {
  const rows = await tx.execute<Row>(sql`
    select ${columns}, w.id as "windowId", w.starts_at as "startsAt", w.ends_at as "endsAt", w.raised_micros as "raisedMicros",
      w.committed_micros as "committedMicros", w.reserved_micros as "reservedMicros"
    from budget b join budget_window w on w.organization_id = b.organization_id and w.budget_id = b.id
      and w.starts_at = date_trunc(b.period, now(), b.time_zone)
    where b.archived_at is null and b.scope_id = any(${scopes})
    order by w.id ${lock ? sql`for update of w` : sql``}`);
  return rows.map((row) => ({
    ...row,
    capMicros: Number(row.capMicros),
    raisedMicros: Number(row.raisedMicros),
    committedMicros: Number(row.committedMicros),
    reservedMicros: Number(row.reservedMicros),
    startsAt: new Date(row.startsAt),
    endsAt: new Date(row.endsAt),
  }));
}

async function makeWindows(tx: Tx, scopes: SQL): Promise<void> {
  const rows = await tx.execute<{ id: string; organization_id: string; starts_at: string; ends_at: string }>(sql`
    select b.id, b.organization_id, ${bounds} from budget b where b.archived_at is null and b.scope_id = any(${scopes})`);
  for (const row of rows) {
    await tx.execute(sql`
      insert into budget_window (id, organization_id, budget_id, starts_at, ends_at)
      values (${newId()}, ${row.organization_id}, ${row.id}, ${row.starts_at}, ${row.ends_at})
      on conflict (organization_id, budget_id, starts_at) do nothing`);
  }
}
