import type { Sql } from "postgres";

/**
 * What must be so whenever everything has come to rest, as questions to the database: each gives the rows that break it.
 * Amounts come back as text, counts as numbers.
 */
export const promises: Record<string, (sql: Sql) => Promise<readonly object[]>> = {
  "no run is left on the way": (sql) => sql`
    select r.id, r.status, r.reason, a.status as action from run r join action a on a.id = r.action_id
    where r.finished_at is null and a.status <> 'pending_approval'`,
  "no job event is left behind": (sql) => sql`select id, name, created_at from outbox where sent_at is null`,
  // A clock that fails is followed by its next tick; whether it did its work is seen by what it ought to end. A job that
  // saw the decision or the result by looking is kept, as the protocol has it, until its wait for the event has run out.
  "no job is stuck or has failed": (sql) => sql`
    select j.id, j.function_id, j.status, j.discovery, j.error, r.status as run, a.status as action from engine.run j
    left join run r on r.id::text = j.event -> 'data' ->> 'runId' left join action a on a.id = r.action_id
    where j.event ->> 'name' <> 'inngest/scheduled.timer' and (j.status = 'failed' or j.status = 'running'
      and a.status is distinct from 'pending_approval' and (r.finished_at is null or j.discovery <> 'none'
        or exists (select from engine.step s where s.run_id = j.id and s.status = 'planned')))`,
  "every action has its decision in the audit, once": (sql) => onceFor(sql, sql`select id::text as id from action`, "actions.decided"),
  "every use of a grant is in the audit, once": (sql) => onceFor(sql, sql`select id::text as id from action where grant_used_at is not null`, "actions.grant_used"),
  "every outcome that an agent reported is in the audit, once": (sql) => onceFor(
    sql,
    sql`select a.id::text as id from action a left join run r on r.action_id = a.id
      where r.id is null and a.status in ('succeeded', 'failed') and a.outcome ->> 'reason' is null`,
    "actions.completed",
  ),
  "every decision of a person is in the audit, once": (sql) => onceFor(sql, sql`select id::text as id from approval where status in ('approved', 'rejected')`, "approvals.decided"),
  "every expired request is in the audit, once": (sql) => onceFor(sql, sql`select id::text as id from approval where status = 'expired'`, "approvals.expired"),
  "every run that the runner had is in the audit, dispatched once": (sql) => onceFor(sql, sql`select id::text as id from run where dispatched_at is not null or status in ('succeeded', 'lost')`, "runs.dispatched"),
  "every end of a run is in the audit, once": (sql) => onceFor(
    sql,
    sql`select r.id::text as id from run r where r.finished_at is not null and r.status <> 'cancelled'`,
    "runs.finished",
  ),
  "every expired reservation is in the audit, once": (sql) => sql`
    select coalesce(a.id::text, e.id) as id, a.status, e.events from
      (select resource_id as id, count(*)::int as events from audit_event where action = 'reservations.expired' group by 1) e
      full join (select a.id, a.status from action a join reservation v on v.action_id = a.id
        where v.status = 'expired' and not exists (select from approval p where p.action_id = a.id and p.status = 'expired')
          or a.outcome ->> 'reason' like 'No outcome was reported%') a on a.id::text = e.id
    where e.events is distinct from 1 or a.id is null`,
  "an action has a reservation when it was not denied, and only then": (sql) => sql`
    select a.id, a.status, v.id as reservation from action a left join reservation v on v.action_id = a.id
    where (a.status = 'denied') = (v.id is not null)`,
  "money is held for what goes on, and for nothing that is over": (sql) => sql`
    select a.id, a.status, v.status as reservation from action a join reservation v on v.action_id = a.id
    where (v.status = 'held') <> (a.status in ('pending_approval', 'allowed', 'running'))`,
  "what was settled is what it cost": (sql) => sql`
    select a.id, a.status, a.actual_cost_micros::text as cost, v.actual_micros::text as settled from action a join reservation v on v.action_id = a.id
    where v.status = 'settled' and a.actual_cost_micros is distinct from v.actual_micros
      or v.status in ('released', 'expired') and coalesce(a.actual_cost_micros, 0) <> 0`,
  "every window holds what its reservations hold, and has spent what they spent": (sql) => sql`
    select w.id, w.reserved_micros::text as reserved, s.held::text, (w.committed_micros + w.overrun_micros)::text as spent, s.spent::text as settled
    from budget_window w left join lateral (
      select coalesce(sum(v.amount_micros) filter (where v.status = 'held'), 0) as held,
        coalesce(sum(v.actual_micros) filter (where v.status = 'settled'), 0) as spent
      from reservation v where w.id = any(v.window_ids)) s on true
    where w.reserved_micros <> s.held or w.committed_micros + w.overrun_micros <> s.spent`,
  "no hard cap is passed": (sql) => sql`
    select w.id, b.scope_type, (w.committed_micros + w.reserved_micros)::text as used, b.cap_micros::text as cap
    from budget_window w join budget b on b.id = w.budget_id where b.hard and w.committed_micros + w.reserved_micros > b.cap_micros + w.raised_micros`,
  "an approval that was used belongs to what was carried out": (sql) => sql`
    select p.id, p.status, p.used_at, a.status as action from approval p join action a on a.id = p.action_id
    where p.status = 'approved' and (p.used_at is null) <> (a.grant_used_at is null)`,
  "an action is what its run is": (sql) => sql`
    select a.id, a.status, r.status as run from action a join run r on r.action_id = a.id
    where r.finished_at is not null and case r.status when 'succeeded' then a.status <> 'succeeded'
      when 'cancelled' then a.status not in ('cancelled', 'rejected', 'expired') else a.status <> 'failed' end`,
  "the chain has every number once, up to its head": (sql) => sql`
    select h.organization_id, h.seq::int as head, count(e.seq)::int as events, min(e.seq)::int as first, max(e.seq)::int as last
    from audit_head h left join audit_event e on e.organization_id = h.organization_id
    group by 1, 2 having count(distinct e.seq) <> h.seq or count(*) <> h.seq or max(e.seq) <> h.seq`,
  "every event that the index has taken up is in it, once": (sql) => sql`
    select h.organization_id, h.seq::int as head, count(i.seq)::int as indexed, count(distinct i.seq)::int as positions
    from audit_index_head h left join audit_index i on i.organization_id = h.organization_id and i.seq <= h.seq
    group by 1, 2 having count(i.seq) <> h.seq or count(distinct i.seq) <> h.seq`,
  "nothing is held past its expiry": (sql) => sql`
    select v.action_id, a.status, v.expires_at from reservation v join action a on a.id = v.action_id where v.status = 'held' and v.expires_at < now()`,
  "no request waits past its expiry": (sql) => sql`select id, expires_at from approval where status = 'pending' and expires_at < now()`,
  "no callback of the runner was refused": (sql) => sql`select seq::int, body from audit_event where action = 'runner.callback_refused'`,
  "every threshold that was reached was told, and its mails are out": thresholdsUntold,
  "every threshold that was reached is in the audit, once": (sql) => sql`
    select id, t.reached, e.events from
      (select w.budget_id::text as id, count(*)::int as reached from budget_alert a join budget_window w on w.id = a.window_id group by 1) t
      full join (select resource_id as id, count(*)::int as events from audit_event where action = 'budgets.alerted' group by 1) e using (id)
    where t.reached is distinct from e.events`,
  "every session is in the audit, once": (sql) => onceFor(sql, sql`select id::text as id from session`, "sessions.signed_in"),
  "a mail was queued once for each reason": (sql) => sql`select dedupe_key, count(*)::int from mail group by 1 having count(*) > 1`,
};

/** Rows without exactly one such event, and events without such a row. */
function onceFor(sql: Sql, rows: ReturnType<Sql>, action: string): Promise<readonly object[]> {
  return sql`
    select coalesce(r.id, e.id) as id, r.id is not null as exists, coalesce(e.events, 0) as events
    from (${rows}) r full join (select resource_id as id, count(*)::int as events from audit_event where action = ${action} group by 1) e using (id)
    where r.id is null or e.events is distinct from 1`;
}

export function thresholdsUntold(sql: Sql): Promise<readonly object[]> {
  return sql`
    select t.window_id, t.threshold, count(m.id)::int as mails, count(m.id) filter (where m.status = 'queued')::int as queued
    from budget_alert t left join mail m on m.dedupe_key like 'budget-threshold:' || t.window_id || ':' || t.threshold || ':%'
    group by 1, 2 having count(m.id) = 0 or count(m.id) filter (where m.status = 'queued') > 0`;
}
