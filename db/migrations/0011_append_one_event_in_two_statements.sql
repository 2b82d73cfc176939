-- As before, and one event alone, as most verbs leave it, in two statements: the head is moved and read by the same one, and
-- nothing is made into arrays and rows that are then joined. For one event that was a third of what the appending took.
create or replace function audit_append(bodies text[]) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  org uuid := public.tenant_id();
  first_seq bigint;
  last_seq bigint;
  chain bytea;
  body text;
  parsed jsonb;
  leaf bytea;
  leaves bytea[] := '{}';
  chains bytea[] := '{}';
  appended int;
begin
  if org is null then raise exception 'no tenant is set' using errcode = 'CS003'; end if;
  if cardinality(bodies) = 1 then
    body := bodies[1];
    parsed := body::jsonb;
    if parsed ->> 'organization' is distinct from org::text then
      raise exception 'an event names another organization' using errcode = 'CS004';
    end if;
    leaf := sha256('\x00'::bytea || convert_to(body, 'UTF8'));
    update public.audit_head h set seq = h.seq + 1, chain_hash = sha256(h.chain_hash || int8send(h.seq + 1) || leaf)
      where h.organization_id = org returning h.seq, h.chain_hash into last_seq, chain;
    -- No head yet: it begins below.
    if found then
      insert into public.audit_event (organization_id, seq, id, occurred_at, actor_kind, actor_id, actor_name, action,
          resource_type, resource_id, resource_name, workspace_id, outcome, severity, ip, request_id, body, leaf_hash, chain_hash)
        values (org, last_seq, (parsed ->> 'id')::uuid, (parsed ->> 'time')::timestamptz,
          parsed #>> '{actor,kind}', parsed #>> '{actor,id}', parsed #>> '{actor,name}', parsed ->> 'action',
          parsed #>> '{resource,type}', parsed #>> '{resource,id}', parsed #>> '{resource,name}', (parsed #>> '{resource,workspace}')::uuid,
          parsed ->> 'outcome', parsed ->> 'severity', parsed #>> '{actor,ip}', parsed ->> 'requestId', body, leaf, chain);
      return last_seq;
    end if;
  end if;
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
      e.j ->> 'outcome', e.j ->> 'severity', e.j #>> '{actor,ip}', e.j ->> 'requestId', e.body, e.leaf, e.chain
    -- 'offset 0' has each body parsed once, not once for each column.
    from (select u.*, u.body::jsonb as j from unnest(bodies, leaves, chains) with ordinality as u (body, leaf, chain, n) offset 0) e
    where e.j ->> 'organization' = org::text;
  get diagnostics appended = row_count;
  if appended <> cardinality(bodies) then
    raise exception 'an event names another organization' using errcode = 'CS004';
  end if;
  update public.audit_head set seq = last_seq, chain_hash = chain where organization_id = org;
  return last_seq;
end $$;
