-- The few questions that must be asked before a tenant is known. Each is a function that answers one row and no more;
-- the role behind them may read just the columns they need and cannot log in.

-- The way in for the first administrator; the application reaches it only through the functions below.
create table bootstrap_link (
  id uuid primary key,
  token_hash bytea not null unique,
  -- The organization that the administrator joins; null: it is made on first use.
  organization_id uuid,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);

-- Counters of rate limits, by hashed key; nothing in them belongs to a tenant.
create table rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
grant select, insert, update, delete on rate_limit to countersign_app;

grant select (id, organization_id, person_id) on session to countersign_gate;
grant select (id, organization_id, email) on person to countersign_gate;
grant select (id, organization_id, key_hash) on api_key to countersign_gate;
grant select (id, organization_id, token_hash) on invitation to countersign_gate;
grant select (id, organization_id) on run to countersign_gate;
grant select (id, organization_id, sent_at) on outbox to countersign_gate;
grant select (id) on organization to countersign_gate;
grant select, update (used_at) on bootstrap_link to countersign_gate;

create policy gate on session for select to countersign_gate using (true);
create policy gate on person for select to countersign_gate using (true);
create policy gate on api_key for select to countersign_gate using (true);
create policy gate on invitation for select to countersign_gate using (true);
create policy gate on run for select to countersign_gate using (true);
create policy gate on outbox for select to countersign_gate using (true);
create policy gate on organization for select to countersign_gate using (true);

create function gate_session(session_id uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog, public
  return (select organization_id from public.session where id = session_id);

create function gate_sign_in(address text) returns table (organization_id uuid, person_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select p.organization_id, p.id from public.person p where p.email = lower(address); end;

create function gate_api_key(hash bytea) returns table (organization_id uuid, api_key_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select k.organization_id, k.id from public.api_key k where k.key_hash = hash; end;

create function gate_invitation(hash bytea) returns table (organization_id uuid, invitation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select i.organization_id, i.id from public.invitation i where i.token_hash = hash; end;

create function gate_run(run_id uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog, public
  return (select organization_id from public.run where id = run_id);

create function gate_organizations() returns setof uuid
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select id from public.organization; end;

create function gate_outbox() returns setof uuid
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic select distinct organization_id from public.outbox where sent_at is null; end;

-- Whether the link may be used; `organization_id` is null when the organization is still to be made.
create function gate_bootstrap(hash bytea) returns table (organization_id uuid, open boolean)
  language sql stable security definer set search_path = pg_catalog, public
  begin atomic
    select b.organization_id, b.used_at is null and b.expires_at > now() from public.bootstrap_link b where b.token_hash = hash;
  end;

-- Uses the link: true for exactly one caller.
create function gate_use_bootstrap(hash bytea) returns boolean
  language sql volatile security definer set search_path = pg_catalog, public
  begin atomic
    with used as (
      update public.bootstrap_link set used_at = now()
      where token_hash = hash and used_at is null and expires_at > now() returning 1
    ) select exists (select 1 from used);
  end;

do $$
declare f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname like 'gate\_%' loop
    execute format('alter function %s owner to countersign_gate', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to countersign_app', f);
  end loop;
end $$;
