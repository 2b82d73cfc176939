CREATE INDEX "mail_unsent" ON "mail" USING btree ("created_at") WHERE "mail"."status" in ('queued', 'failed');--> statement-breakpoint
-- What the whole installation looks like, for whoever runs it: counts and ages over all organizations, never a name, an
-- id or a text. The role behind it may read just the columns that are counted.
grant select (organization_id, sent_at, created_at) on outbox to countersign_gate;--> statement-breakpoint
grant select (organization_id, status, kind, created_at) on approval to countersign_gate;--> statement-breakpoint
grant select (organization_id, status, created_at, finished_at) on run to countersign_gate;--> statement-breakpoint
grant select (organization_id, status, created_at) on mail to countersign_gate;--> statement-breakpoint
grant select (organization_id, seq) on audit_head to countersign_gate;--> statement-breakpoint
grant select (organization_id, tree_size) on audit_checkpoint to countersign_gate;--> statement-breakpoint
grant select (organization_id, seq, occurred_at) on audit_event to countersign_gate;--> statement-breakpoint
create policy gate on approval for select to countersign_gate using (true);--> statement-breakpoint
create policy gate on mail for select to countersign_gate using (true);--> statement-breakpoint
create policy gate on audit_head for select to countersign_gate using (true);--> statement-breakpoint
create policy gate on audit_checkpoint for select to countersign_gate using (true);--> statement-breakpoint
create policy gate on audit_event for select to countersign_gate using (true);--> statement-breakpoint
create function gate_figures() returns table (figure text, label text, value double precision)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic
    with signed as (
      select h.organization_id, h.seq, coalesce(c.tree_size, 0) as size
      from public.audit_head h
      left join lateral (select k.tree_size from public.audit_checkpoint k
        where k.organization_id = h.organization_id order by k.tree_size desc limit 1) c on true
    )
    select 'outbox_waiting', '', count(*)::double precision from public.outbox where sent_at is null
    union all
    select 'outbox_oldest_seconds', '', coalesce(extract(epoch from now() - min(created_at)), 0)::double precision from public.outbox where sent_at is null
    union all
    select 'approvals_pending', k.kind, count(a.organization_id)::double precision
      from (values ('action'), ('budget'), ('spawn'), ('access')) k (kind) left join public.approval a on a.kind = k.kind and a.status = 'pending' group by k.kind
    union all
    select 'approvals_oldest_seconds', '', coalesce(extract(epoch from now() - min(created_at)), 0)::double precision from public.approval where status = 'pending'
    union all
    select 'runs_open', s.status, count(r.organization_id)::double precision
      from (values ('queued'), ('waiting_for_runner'), ('dispatched'), ('running')) s (status)
      left join public.run r on r.status = s.status and r.finished_at is null group by s.status
    union all
    select 'mail_unsent', m.status, count(l.organization_id)::double precision
      from (values ('queued'), ('failed')) m (status)
      left join public.mail l on l.status = m.status and l.status in ('queued', 'failed') and l.created_at > now() - interval '1 day' group by m.status
    union all
    select 'audit_events', '', coalesce(sum(seq), 0)::double precision from signed
    union all
    select 'checkpoint_lag_events', '', coalesce(max(seq - size), 0)::double precision from signed
    union all
    select 'checkpoint_lag_seconds', '', coalesce(extract(epoch from now() - min(e.occurred_at)), 0)::double precision
      from signed s join public.audit_event e on e.organization_id = s.organization_id and e.seq = s.size + 1 where s.seq > s.size
    union all
    select 'organizations', '', count(*)::double precision from public.organization;
  end;--> statement-breakpoint
-- When the newest migration that was applied was made: the application tells by it whether the schema is the one it was built for.
grant usage on schema migrations to countersign_gate;--> statement-breakpoint
grant select (created_at) on migrations.migration to countersign_gate;--> statement-breakpoint
create function gate_schema_version() returns bigint
  language sql stable security definer set search_path = pg_catalog, public
  return (select max(created_at) from migrations.migration);--> statement-breakpoint
alter function gate_figures() owner to countersign_gate;--> statement-breakpoint
alter function gate_schema_version() owner to countersign_gate;--> statement-breakpoint
revoke all on function gate_figures(), gate_schema_version() from public;--> statement-breakpoint
grant execute on function gate_figures(), gate_schema_version() to countersign_app;
