-- Appending writes the event and nothing else: what search needs is made soon after, in batches, beside the stream.
-- Twelve indexes on the stream cost an append eight times what the event itself does.
drop index audit_event_recent, audit_event_time, audit_event_actor, audit_event_resource, audit_event_action, audit_event_request,
  audit_event_words, audit_event_workspace, audit_event_ip, audit_event_severity, audit_event_outcome, audit_event_resource_type;
--> statement-breakpoint
-- What each event can be found by: the beginnings of its words, and its columns as '@a actions.decided' and the like.
-- An approximation that never misses: what is found by it is compared with the event itself.
create table audit_index (
  organization_id uuid not null,
  seq bigint not null,
  occurred_at timestamptz(3) not null,
  terms tsvector not null,
  primary key (organization_id, seq, occurred_at)
);
create index audit_index_terms on audit_index using gin (terms);
--> statement-breakpoint
-- When the events of each 4096 positions happened. Clocks are set back, so that times need not follow positions.
create table audit_index_span (
  organization_id uuid not null,
  span bigint not null,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  primary key (organization_id, span)
);
--> statement-breakpoint
-- Events up to here are in the index; those after it are looked through one by one.
create table audit_index_head (
  organization_id uuid primary key,
  seq bigint not null
);
--> statement-breakpoint
-- A text as ' its words in lower case ', for phrases to be looked for. ASCII and Unicode punctuation separates words, and so
-- do JSON's escapes, in which 'line\nbreak' would otherwise hide the word 'break'.
create function audit_plain(words text) returns text
  language sql immutable parallel safe
  return ' ' || btrim(regexp_replace(
    lower(case when strpos(words, '\') > 0 then regexp_replace(words, '\\(u[0-9a-f]{4}|.)', ' ', 'g') else words end),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2000-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]+', ' ', 'g')) || ' ';
--> statement-breakpoint
-- A word as it stands in the index. Words with digits are mostly parts of ids and hashes: five characters of them tell
-- events apart well enough, and keep the number of different terms, and so the index's working set, from growing for ever.
create function audit_term(word text) returns text
  language sql immutable parallel safe
  return left(word, case when length(word) > 5 and word ~ '[0-9]' then 5 else 12 end);
--> statement-breakpoint
create function audit_terms(e audit_event) returns tsvector
  language sql immutable parallel safe
  return array_to_tsvector(array(
      select public.audit_term(w.word) from unnest(string_to_array(public.audit_plain(e.body), ' ')) as w (word) where w.word <> ''
    ) || array_remove(array[
      -- Positions by 4096 and by 262144.
      '@4 ' || e.organization_id || ' ' || (e.seq >> 12), '@18 ' || e.organization_id || ' ' || (e.seq >> 18),
      '@a ' || left(e.action, 100), '@u ' || left(e.actor_id, 100), '@t ' || left(e.resource_type, 100), '@r ' || left(e.resource_id, 100),
      '@w ' || e.workspace_id, '@o ' || e.outcome, '@s ' || e.severity, '@i ' || left(e.ip, 100), '@q ' || left(e.request_id, 100)
    ], null));
--> statement-breakpoint
-- Takes up to so many events into the index, oldest first. @returns how many are still waiting; null: another is at it.
create function audit_index_more(most int) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public set jit = off as $$
declare
  org uuid := public.tenant_id();
  done bigint;
  target bigint;
  appended bigint;
begin
  if org is null then raise exception 'no tenant is set' using errcode = 'CS003'; end if;
  insert into public.audit_index_head (organization_id, seq) values (org, 0) on conflict do nothing;
  select i.seq into done from public.audit_index_head i where i.organization_id = org for update skip locked;
  if not found then return null; end if;
  select h.seq into appended from public.audit_head h where h.organization_id = org;
  target := least(appended, done + greatest(most, 1));
  if target is null or target <= done then return 0; end if;
  insert into public.audit_index (organization_id, seq, occurred_at, terms)
    select e.organization_id, e.seq, e.occurred_at, public.audit_terms(e)
    from public.audit_event e where e.organization_id = org and e.seq > done and e.seq <= target order by e.seq;
  insert into public.audit_index_span as s (organization_id, span, first_at, last_at)
    select org, e.seq >> 12, min(e.occurred_at), max(e.occurred_at)
    from public.audit_event e where e.organization_id = org and e.seq > done and e.seq <= target group by 2
    on conflict (organization_id, span) do update set first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at);
  update public.audit_index_head set seq = target where organization_id = org;
  -- A search reads what waits to be merged into the index from its beginning to its end.
  perform gin_clean_pending_list('public.audit_index_terms');
  return appended - target;
end $$;
--> statement-breakpoint
-- One lexeme as it is written in a query.
create function audit_lexeme(term text) returns text
  language sql immutable parallel safe
  return '''' || replace(replace(term, '\', '\\'), '''', '''''') || '''';
--> statement-breakpoint
-- Any of these values, which stand in the index behind a mark.
create function audit_any(mark text, wanted text[]) returns tsquery
  language sql immutable parallel safe
  return (select string_agg(public.audit_lexeme(mark || ' ' || left(w, 100)), '|') from unnest(wanted) as w)::tsquery;
--> statement-breakpoint
-- The words of a search, each of letters and digits only (perhaps the beginning of a longer one) or a phrase.
create function audit_word_query(phrases text[]) returns tsquery
  language sql immutable parallel safe
  return (
    select string_agg(
      case when p.phrase like '% ' then public.audit_lexeme(public.audit_term(w.word))
        -- A longer word that has digits stands there by its first five characters.
        else '(' || public.audit_lexeme(public.audit_term(w.word)) || ':*' || case when length(w.word) > 5 then '|' || public.audit_lexeme(left(w.word, 5)) else '' end || ')' end, '&')
    from unnest(phrases) as p (phrase), unnest(string_to_array(btrim(p.phrase), ' ')) as w (word))::tsquery;
--> statement-breakpoint
drop function audit_search(text[], text[], text[], text[], text, uuid[], text[], text[], text, text, timestamptz, timestamptz,
  uuid[], bigint, bigint, boolean, int);
drop function audit_query(text[]);
drop function audit_words(text);
--> statement-breakpoint
-- What a search asks for, made ready: phrases as ' words in lower case ', and what they are made of, both as patterns.
create type audit_wanted as (
  organization_id uuid, actions text[], actors text[], resource_types text[], resources text[], workspaces uuid[], outcomes text[],
  severities text[], address text, request text, since timestamptz, until timestamptz, allowed_workspaces uuid[], phrases text[], parts text[]
);
--> statement-breakpoint
create function audit_fits(e audit_event, w audit_wanted) returns boolean
  language sql immutable parallel safe
  return (w.actions is null or e.action = any (w.actions)) and (w.actors is null or e.actor_id = any (w.actors))
    and (w.resource_types is null or e.resource_type = any (w.resource_types)) and (w.resources is null or e.resource_id = any (w.resources))
    and (w.workspaces is null or e.workspace_id = any (w.workspaces)) and (w.outcomes is null or e.outcome = any (w.outcomes))
    and (w.severities is null or e.severity = any (w.severities)) and (w.address is null or e.ip = w.address)
    and (w.request is null or e.request_id = w.request) and (w.since is null or e.occurred_at >= w.since)
    and (w.until is null or e.occurred_at < w.until) and (w.allowed_workspaces is null or e.workspace_id = any (w.allowed_workspaces))
    -- Most events lack even the letters, and taking a text apart is dear.
    and (w.phrases is null or case when lower(e.body) like all (w.parts) then public.audit_plain(e.body) like all (w.phrases) else false end);
--> statement-breakpoint
-- The terms that an event has which fits; null when every event may.
create function audit_terms_wanted(w audit_wanted) returns tsquery
  language plpgsql immutable parallel safe set search_path = pg_catalog, public as $$
declare
  wanted tsquery;
  one tsquery;
begin
  foreach one in array array[
    public.audit_word_query(w.phrases), public.audit_any('@a', w.actions), public.audit_any('@u', w.actors), public.audit_any('@t', w.resource_types),
    public.audit_any('@r', w.resources), public.audit_any('@w', w.workspaces::text[]), public.audit_any('@o', w.outcomes),
    public.audit_any('@s', w.severities), public.audit_any('@i', nullif(array[w.address], '{null}')), public.audit_any('@q', nullif(array[w.request], '{null}')),
    public.audit_any('@w', w.allowed_workspaces::text[])] loop
    wanted := coalesce(wanted && one, one, wanted);
  end loop;
  return wanted;
end $$;
--> statement-breakpoint
-- Looks through a part of the stream in the order of its key. It is planned for the values of each call, so that what does
-- not filter, and the months out of range, are not in the plan.
create function audit_look_through(w audit_wanted, low bigint, high bigint, oldest_first boolean, most int) returns setof audit_event
  language plpgsql stable set search_path = pg_catalog, public set jit = off set enable_seqscan = off as $$
begin
  if low > high then return; end if;
  return query execute format($query$
    select e.* from public.audit_event e where e.organization_id = ($1).organization_id and e.seq between $2 and $3 and public.audit_fits(e, $1)
    order by e.seq %s limit $4 $query$, case when oldest_first then 'asc' else 'desc' end) using w, low, high, most;
end $$;
--> statement-breakpoint
-- Looks up a part of the stream in the index, window by window and each wider than the last, so that a search ends with its
-- page. Every candidate is compared with all that is wanted.
create function audit_look_up(w audit_wanted, query tsquery, low bigint, high bigint, oldest_first boolean, most int) returns setof audit_event
  language plpgsql stable set search_path = pg_catalog, public
  set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  batch constant int := 500;
  span int := 12;
  spans int := 16;
  first_seq bigint;
  last_seq bigint;
  from_seq bigint;
  to_seq bigint;
  place tsquery;
  seqs bigint[];
  times timestamptz[];
  found_rows int;
begin
  while low <= high loop
    if oldest_first then
      first_seq := low;
      last_seq := least(high, (((low >> span) + spans) << span) - 1);
    else
      first_seq := greatest(low, ((high >> span) - spans + 1) << span);
      last_seq := high;
    end if;
    place := public.audit_any(case span when 12 then '@4' else '@18' end,
      array(select w.organization_id || ' ' || n from generate_series(first_seq >> span, last_seq >> span) as n));
    from_seq := first_seq;
    to_seq := last_seq;
    while from_seq <= to_seq loop
      -- The tenant is in the term of the place; '+ 0' keeps the planner from reading the window by its key.
      select array_agg(h.seq order by h.n), array_agg(h.occurred_at order by h.n) into seqs, times from (
        select i.seq, i.occurred_at, row_number() over (order by case when oldest_first then i.seq else -i.seq end) as n
        from public.audit_index i where i.terms @@ query and i.terms @@ place and i.seq + 0 between from_seq and to_seq
        order by n limit batch) h;
      exit when seqs is null;
      return query
        select e.* from unnest(seqs, times) with ordinality as h (seq, occurred_at, n)
        cross join lateral (
          select x.* from public.audit_event x
          where x.organization_id = w.organization_id and x.seq = h.seq and x.occurred_at = h.occurred_at and public.audit_fits(x, w)) e
        order by h.n limit most;
      get diagnostics found_rows = row_count;
      most := most - found_rows;
      if most <= 0 then return; end if;
      exit when cardinality(seqs) < batch;
      if oldest_first then from_seq := seqs[batch] + 1; else to_seq := seqs[batch] - 1; end if;
    end loop;
    if oldest_first then low := last_seq + 1; else high := first_seq - 1; end if;
    if span = 12 then
      span := 18;
      spans := 1;
    else
      spans := 4;
    end if;
  end loop;
end $$;
--> statement-breakpoint
-- The search of the portal, over one tenant: events of a section of the stream that fit, in its order. It runs as the owner
-- of the stream, so it names the tenant itself. Filters that are null do not filter. What is nearest is looked through event
-- by event, and so is what is not in the index yet; the rest is looked up.
create function audit_search(
  words text[], actions text[], actors text[], resource_types text[], resources text[], workspaces uuid[], outcomes text[],
  severities text[], address text, request text, since timestamptz, until timestamptz,
  allowed_workspaces uuid[], older_than bigint, newer_than bigint, oldest_first boolean, max_rows int
) returns setof audit_event
  language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  org uuid := public.tenant_id();
  near constant bigint := 2000;
  first_seq bigint := coalesce(newer_than, 0) + 1;
  last_seq bigint := coalesce(older_than - 1, (select h.seq from public.audit_head h where h.organization_id = org), 0);
  indexed bigint := coalesce((select i.seq from public.audit_index_head i where i.organization_id = org), 0);
  w public.audit_wanted;
  query tsquery;
  low bigint := first_seq;
  high bigint := least(last_seq, indexed);
  turn bigint;
  found_rows int;
begin
  if org is null then raise exception 'no tenant is set' using errcode = 'CS003'; end if;
  w := row(org, actions, actors, resource_types, resources, workspaces, outcomes, severities, address, request, since, until, allowed_workspaces, null, null);
  -- 'zeb' finds 'zebra'; what is joined by punctuation ('approvals.decided', an id, an address) is a phrase.
  w.phrases := (
    select array_agg(case when p.plain ~ '^ [^ ]{3,} $' and btrim(p.plain) = lower(t.word) then rtrim(p.plain) else p.plain end)
    from unnest(words) as t (word), public.audit_plain(t.word) as p (plain) where p.plain <> '  ');
  query := public.audit_terms_wanted(w);
  w.parts := (select array_agg('%' || part || '%') from unnest(w.phrases) as phrase, unnest(string_to_array(btrim(phrase), ' ')) as part);
  w.phrases := (select array_agg('%' || phrase || '%') from unnest(w.phrases) as phrase);
  -- Where the wanted time can be in the indexed part.
  if since is not null then
    low := greatest(low, coalesce((select min(s.span) << 12 from public.audit_index_span s where s.organization_id = org and s.last_at >= since), indexed + 1));
  end if;
  if until is not null then
    high := least(high, coalesce((select (max(s.span) << 12) + 4095 from public.audit_index_span s where s.organization_id = org and s.first_at < until), 0));
  end if;
  -- Up to here event by event; all of it when nothing but the time is wanted.
  turn := case when oldest_first then least(high, case when query is null then high else low + near - 1 end)
    else greatest(low, case when query is null then low else high - near + 1 end) end;
  for step in 1..3 loop
    if step = (case when oldest_first then 3 else 1 end) then
      return query select * from public.audit_look_through(w, greatest(first_seq, indexed + 1), last_seq, oldest_first, max_rows);
    elsif step = (case when oldest_first then 1 else 2 end) then
      return query select * from public.audit_look_through(w, case when oldest_first then low else turn end, case when oldest_first then turn else high end, oldest_first, max_rows);
    else
      return query select * from public.audit_look_up(w, query, case when oldest_first then turn + 1 else low end, case when oldest_first then high else turn - 1 end, oldest_first, max_rows);
    end if;
    get diagnostics found_rows = row_count;
    max_rows := max_rows - found_rows;
    exit when max_rows <= 0;
  end loop;
end $$;
--> statement-breakpoint
-- As before, but in one pass: a body is parsed once, also to see whose it is, and the hashes are joined to the bodies in the
-- order of both rather than looked up by their number, which read the arrays from their beginning for each event.
create or replace function audit_append(bodies text[]) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  org uuid := public.tenant_id();
  first_seq bigint;
  last_seq bigint;
  chain bytea;
  body text;
  leaf bytea;
  leaves bytea[] := '{}';
  chains bytea[] := '{}';
  appended int;
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
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['audit_index', 'audit_index_span', 'audit_index_head'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy writer on %I to countersign_audit using (true) with check (true)', t);
    execute format('grant select, insert, update on %I to countersign_audit', t);
  end loop;
end $$;
--> statement-breakpoint
-- Merging what waits into an index is for the owner of its table.
alter table audit_index owner to countersign_audit;
alter function audit_index_more(int) owner to countersign_audit;
alter function audit_search(text[], text[], text[], text[], text[], uuid[], text[], text[], text, text, timestamptz, timestamptz,
  uuid[], bigint, bigint, boolean, int) owner to countersign_audit;
revoke all on function audit_index_more(int), audit_look_through(audit_wanted, bigint, bigint, boolean, int),
  audit_look_up(audit_wanted, tsquery, bigint, bigint, boolean, int),
  audit_search(text[], text[], text[], text[], text[], uuid[], text[], text[], text, text, timestamptz, timestamptz, uuid[], bigint, bigint, boolean, int) from public;
grant execute on function audit_look_through(audit_wanted, bigint, bigint, boolean, int), audit_look_up(audit_wanted, tsquery, bigint, bigint, boolean, int) to countersign_audit;
grant execute on function audit_index_more(int),
  audit_search(text[], text[], text[], text[], text[], uuid[], text[], text[], text, text, timestamptz, timestamptz, uuid[], bigint, bigint, boolean, int) to countersign_app;
