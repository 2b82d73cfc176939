import { prepared, type Statement, type Tx } from "@/db/tenant";
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
  /** Committed, and what came in above a cap that had no room for it. */
  spentMicros: number;
  reservedMicros: number;
  startsAt: Date;
  endsAt: Date;
};

/** What counts against the cap. */
export function usedMicros(window: Pick<OpenWindow, "spentMicros" | "reservedMicros">): number {
  return window.spentMicros + window.reservedMicros;
}

/** What may still be spent in the window; negative after a cap was lowered, and after more was spent than was reserved. */
export function leftMicros(window: Pick<OpenWindow, "capMicros" | "raisedMicros" | "spentMicros" | "reservedMicros">): number {
  return window.capMicros + window.raisedMicros - usedMicros(window);
}

export type WindowRow = Omit<OpenWindow, "startsAt" | "endsAt"> & { startsAt: string; endsAt: string };

// Local midnight of the budget's time zone; a period is a calendar one, so its length varies with months and summer time.
const bounds = `
  date_trunc(b.period, now(), b.time_zone) as starts_at,
  (date_trunc(b.period, now() at time zone b.time_zone) + case b.period when 'day' then interval '1 day' when 'week' then interval '1 week'
    when 'month' then interval '1 month' else interval '3 months' end) at time zone b.time_zone as ends_at`;

const selectBudgets = `
  select b.id, b.organization_id, ${bounds} from budget b where b.archived_at is null and b.scope_id = any($1::uuid[])`;

const selectOpen = `
  select b.id as "budgetId", b.scope_type as "scopeType", b.scope_id as "scopeId", b.period, b.hard, b.thresholds,
    b.cap_micros as "capMicros", w.id as "windowId", w.starts_at as "startsAt", w.ends_at as "endsAt",
    w.raised_micros as "raisedMicros", w.committed_micros + w.overrun_micros as "spentMicros", w.reserved_micros as "reservedMicros"
  from budget b join budget_window w on w.organization_id = b.organization_id and w.budget_id = b.id
    and w.starts_at = date_trunc(b.period, now(), b.time_zone)
  where b.archived_at is null and b.scope_id `;

// Always locked in id order, so that two transactions never wait for one another. As text, since of the few windows that
// are meant none is to be found by walking through the index of all ids.
const inOrder = `order by w.id::text collate "C"`;
// The budget with it: its row would otherwise be the one from before the wait for the window, with a cap that somebody
// has changed and been told of meanwhile. Whoever changes a budget locks its windows first.
const locked = `${inOrder} for update of w for share of b`;

const ofScopes = `${selectOpen} = any($1::uuid[]) ${inOrder}`;
const ofScopesLocked = `${selectOpen} = any($1::uuid[]) ${locked}`;

const ofKeysLocked = `${selectOpen} in (
    select unnest(array[a.organization_id, a.workspace_id, a.project_id, a.id])
    from api_key k join agent a on a.organization_id = k.organization_id and a.id = k.agent_id where k.id = any($1::uuid[]))
  ${locked}`;

/**
 * The current windows of all budgets that cover the given scopes, made where missing and, with `lock`, locked in id order
 * until the transaction ends, so that what is read is what is reserved against.
 */
export async function openWindows(tx: Tx, scopeIds: readonly string[], lock: boolean): Promise<OpenWindow[]> {
  const select = () => prepared<WindowRow>(tx, { text: lock ? ofScopesLocked : ofScopes, values: [scopeIds] });
  const [budgets, open] = await Promise.all([prepared<Bounds>(tx, { text: selectBudgets, values: [scopeIds] }), select()]);
  if (open.length === budgets.length) return open.map(windowOf);
  await makeWindows(tx, budgets);
  return (await select()).map(windowOf);
}

/** As `openWindows` with a lock, of the agents behind API keys, for `windowOf`; windows that do not exist yet are missing. */
export function lockedWindowsOfKeys(apiKeyIds: readonly string[]): Statement {
  return { text: ofKeysLocked, values: [apiKeyIds] };
}

export function windowOf(row: WindowRow): OpenWindow {
  return {
    ...row,
    capMicros: Number(row.capMicros),
    raisedMicros: Number(row.raisedMicros),
    spentMicros: Number(row.spentMicros),
    reservedMicros: Number(row.reservedMicros),
    startsAt: new Date(row.startsAt),
    endsAt: new Date(row.endsAt),
  };
}

type Bounds = { id: string; organization_id: string; starts_at: string; ends_at: string };

async function makeWindows(tx: Tx, budgets: readonly Bounds[]): Promise<void> {
  for (const budget of budgets) {
    await prepared(tx, {
      text: `insert into budget_window (id, organization_id, budget_id, starts_at, ends_at) values ($1, $2, $3, $4, $5)
        on conflict (organization_id, budget_id, starts_at) do nothing`,
      values: [newId(), budget.organization_id, budget.id, budget.starts_at, budget.ends_at],
    });
  }
}
