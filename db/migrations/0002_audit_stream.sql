-- The audit stream: append-only, one chain per organization, partitioned by month.
create table audit_event (
  organization_id uuid not null,
  seq bigint not null,
  id uuid not null,
  occurred_at timestamptz(3) not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  resource_type text not null,
  resource_id text not null,
  resource_name text not null,
  workspace_id uuid,
  outcome text not null check (outcome in ('success', 'failure', 'blocked')),
  severity text not null check (severity in ('info', 'notice', 'warning', 'critical')),
  ip text,
  request_id text not null,
  body text not null,
  leaf_hash bytea not null,
  chain_hash bytea not null,
  primary key (organization_id, seq, occurred_at)
) partition by range (occurred_at);

create table audit_event_default partition of audit_event default;

-- Search by words: punctuation splits, so 'approvals.decide' is found as a phrase.
create function audit_words(body text) returns tsvector
  language sql immutable parallel safe
  return to_tsvector('simple'::regconfig, regexp_replace(left(body, 20000), '[^[:alnum:]]+', ' ', 'g'));

create index audit_event_recent on audit_event (organization_id, seq desc);
create index audit_event_time on audit_event (organization_id, occurred_at desc);
create index audit_event_actor on audit_event (organization_id, actor_id, seq desc);
create index audit_event_resource on audit_event (organization_id, resource_id, seq desc);
create index audit_event_action on audit_event (organization_id, action, seq desc);
create index audit_event_request on audit_event (organization_id, request_id);
create index audit_event_words on audit_event using gin (audit_words(body));

create table audit_head (
  organization_id uuid primary key,
  seq bigint not null,
  chain_hash bytea not null
);

create table audit_checkpoint (
  organization_id uuid not null,
  tree_size bigint not null,
  root_hash bytea not null,
  chain_hash bytea not null,
  frontier bytea[] not null,
  note text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (organization_id, tree_size)
);

create function audit_ensure_partitions(months_ahead int default 3) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare m date; part text;
begin
  for i in -1..months_ahead loop
    m := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
    part := 'audit_event_' || to_char(m, 'YYYY_MM');
    if to_regclass('public.' || part) is null
       and not exists (select 1 from public.audit_event_default
                       where occurred_at >= m::timestamp at time zone 'UTC'
                         and occurred_at < (m + interval '1 month') at time zone 'UTC') then
      execute format('create table public.%I partition of public.audit_event for values from (%L) to (%L)',
        part, m::timestamp at time zone 'UTC', (m + interval '1 month') at time zone 'UTC');
      execute format('alter table public.%I enable row level security', part);
      execute format('alter table public.%I force row level security', part);
    end if;
  end loop;
end $$;

-- The only way in. The head row is locked here, at the end of the caller's transaction, so writers wait for one
-- another's commit and never for one another's work; a rollback takes its sequence numbers back, so there are no holes.
-- Columns are read out of the body that is hashed, so that the two cannot say different things.
-- chain(0) = SHA-256(organization id as text); chain(n) = SHA-256(chain(n-1) || n as 8 bytes || leaf(n));
-- leaf(n) = SHA-256(0x00 || body) as in RFC 9162, 2.1.1.
create function audit_append(bodies text[]) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  org uuid := public.tenant_id();
  last_seq bigint;
  chain bytea;
  body text;
  leaf bytea;
  leaves bytea[] := '{}';
  chains bytea[] := '{}';
  first_seq bigint;
begin
  if org is null then raise exception 'no tenant is set' using errcode = 'CS003'; end if;
  select h.seq, h.chain_hash into last_seq, chain from public.audit_head h where h.organization_id = org for update;
  if not found then
    insert into public.audit_head (organization_id, seq, chain_hash)
      values (org, 0, sha256(convert_to(org::text, 'UTF8'))) on conflict do nothing;
    select h.seq, h.chain_hash into last_seq, chain from public.audit_head h where h.organization_id = org for update;
  end if;
  first_seq := last_seq + 1;
  foreach body in array bodies loop
    last_seq := last_seq + 1;
    leaf := sha256('\x00'::bytea || convert_to(body, 'UTF8'));
    chain := sha256(chain || int8send(last_seq) || leaf);
    leaves := leaves || leaf;
    chains := chains || chain;
  end loop;
  insert into public.audit_event (organization_id, seq, id, occurred_at, actor_kind, actor_id, actor_name, action,
      resource_type, resource_id, resource_name, workspace_id, outcome, severity, ip, request_id, body, leaf_hash, chain_hash)
    select org, first_seq + e.n - 1, (e.j ->> 'id')::uuid, (e.j ->> 'time')::timestamptz,
      e.j #>> '{actor,kind}', e.j #>> '{actor,id}', e.j #>> '{actor,name}', e.j ->> 'action',
      e.j #>> '{resource,type}', e.j #>> '{resource,id}', e.j #>> '{resource,name}', (e.j #>> '{resource,workspace}')::uuid,
      e.j ->> 'outcome', e.j ->> 'severity', e.j #>> '{actor,ip}', e.j ->> 'requestId', e.body, leaves[e.n], chains[e.n]
    -- 'offset 0' has each body parsed once, not once for each column.
    from (select u.body, u.n, u.body::jsonb as j from unnest(bodies) with ordinality as u (body, n) offset 0) e;
  if exists (select 1 from unnest(bodies) as u (body) where u.body::jsonb ->> 'organization' is distinct from org::text) then
    raise exception 'an event names another organization' using errcode = 'CS004';
  end if;
  update public.audit_head set seq = last_seq, chain_hash = chain where organization_id = org;
  return last_seq;
end $$;

create function audit_add_checkpoint(size bigint, root bytea, chain bytea, frontier_hashes bytea[], signed_note text) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare org uuid := public.tenant_id();
begin
  if not exists (select 1 from public.audit_event e
                 where e.organization_id = org and e.seq = size and e.chain_hash = chain) then
    raise exception 'the checkpoint does not match the chain' using errcode = 'CS005';
  end if;
  insert into public.audit_checkpoint (organization_id, tree_size, root_hash, chain_hash, frontier, note)
    values (org, size, root, chain, frontier_hashes, signed_note) on conflict do nothing;
end $$;

create trigger audit_event_append_only before update or delete on audit_event for each row execute function refuse_change();
create trigger audit_event_no_truncate before truncate on audit_event for each statement execute function refuse_change();
create trigger audit_checkpoint_append_only before update or delete on audit_checkpoint for each row execute function refuse_change();
create trigger audit_checkpoint_no_truncate before truncate on audit_checkpoint for each statement execute function refuse_change();

select audit_ensure_partitions();

do $$
declare t text;
begin
  foreach t in array array['audit_event', 'audit_event_default', 'audit_head', 'audit_checkpoint'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
  end loop;
  foreach t in array array['audit_event', 'audit_head', 'audit_checkpoint'] loop
    execute format('create policy tenant on %I for select to countersign_app using (organization_id = tenant_id())', t);
    execute format('grant select on %I to countersign_app', t);
    execute format('create policy writer on %I to countersign_audit using (true) with check (true)', t);
    execute format('grant select, insert on %I to countersign_audit', t);
  end loop;
end $$;
grant update on audit_head to countersign_audit;

grant execute on function tenant_id(), audit_words(text), refuse_change() to countersign_app, countersign_audit;
alter function audit_append(text[]) owner to countersign_audit;
alter function audit_add_checkpoint(bigint, bytea, bytea, bytea[], text) owner to countersign_audit;
revoke all on function audit_append(text[]), audit_add_checkpoint(bigint, bytea, bytea, bytea[], text),
  audit_ensure_partitions(int) from public;
grant execute on function audit_append(text[]), audit_add_checkpoint(bigint, bytea, bytea, bytea[], text),
  audit_ensure_partitions(int) to countersign_app;
