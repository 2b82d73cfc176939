-- The index is made anew, by the clock as always; until then a search looks through the events one by one.
truncate audit_index, audit_index_span;
--> statement-breakpoint
update audit_index_head set seq = 0;
--> statement-breakpoint
-- Words without digits that any event has, for what begins as a word of a search does: the index would look at every event
-- that has one, however many, before it gives the first.
create table audit_index_word (
  organization_id uuid not null,
  word text collate "C" not null,
  primary key (organization_id, word)
);
--> statement-breakpoint
-- A word as it stands in the index. Words with digits are mostly parts of ids and hashes: five characters of them tell
-- events apart well enough, and keep the number of different terms, and so the index's working set, from growing for ever.
create or replace function audit_term(word text) returns text
  language sql immutable parallel safe
  return case when word ~ '[0-9]' then '#' || left(word, 5) else left(word, 12) end;
--> statement-breakpoint
-- Places by 4,096 positions, and by eight times so many, three times over, so that few terms name a long section.
create or replace function audit_terms(e audit_event) returns tsvector
  language sql immutable parallel safe
  return array_to_tsvector(array(
      select public.audit_term(w.word) from unnest(string_to_array(public.audit_plain(e.body), ' ')) as w (word) where w.word <> ''
    ) || array_remove(array[
      '@12 ' || e.organization_id || ' ' || (e.seq >> 12), '@15 ' || e.organization_id || ' ' || (e.seq >> 15),
      '@18 ' || e.organization_id || ' ' || (e.seq >> 18), '@21 ' || e.organization_id || ' ' || (e.seq >> 21),
      '@a ' || left(e.action, 100), '@u ' || left(e.actor_id, 100), '@t ' || left(e.resource_type, 100), '@r ' || left(e.resource_id, 100),
      '@w ' || e.workspace_id, '@o ' || e.outcome, '@s ' || e.severity, '@i ' || left(e.ip, 100), '@q ' || left(e.request_id, 100)
    ], null));
--> statement-breakpoint
-- Which terms many events have within which 4096 positions, so that a search knows how far it can look at once: what stands
-- in so many events is fetched span by span, everything else from many spans together.
create table audit_index_frequent (
  organization_id uuid not null,
  term text collate "C" not null,
  span bigint not null,
  primary key (organization_id, term, span)
);
--> statement-breakpoint
-- Notes the frequent terms of these spans, whose events are all in the index. Where a span lies is no news.
create function audit_note_frequent(org uuid, low_span bigint, high_span bigint) returns void
  language sql set search_path = pg_catalog, public set jit = off set enable_seqscan = off as $$
  insert into public.audit_index_frequent (organization_id, term, span)
    select org, t.term, i.seq >> 12 from public.audit_index i, unnest(tsvector_to_array(i.terms)) as t (term)
    where i.organization_id = org and i.seq between low_span << 12 and ((high_span + 1) << 12) - 1 and t.term !~ '^@[0-9]'
    group by 2, 3 having count(*) >= 16
    on conflict do nothing
$$;
--> statement-breakpoint
-- As before; it also notes new words, and what is frequent in a span when the span is full.
create or replace function audit_index_more(most int) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public set jit = off set enable_seqscan = off as $$
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
  insert into public.audit_index_word (organization_id, word)
    select distinct org, t.term from public.audit_index i, unnest(tsvector_to_array(i.terms)) as t (term)
    where i.organization_id = org and i.seq > done and i.seq <= target and t.term !~ '^[@#]'
    on conflict do nothing;
  if (target + 1) >> 12 > (done + 1) >> 12 then
    perform public.audit_note_frequent(org, (done + 1) >> 12, ((target + 1) >> 12) - 1);
  end if;
  update public.audit_index_head set seq = target where organization_id = org;
  -- A search reads what waits to be merged into the index from its beginning to its end.
  perform gin_clean_pending_list('public.audit_index_terms');
  return appended - target;
end $$;
--> statement-breakpoint
drop function audit_look_up(audit_wanted, tsquery, bigint, bigint, boolean, int);
drop function audit_terms_wanted(audit_wanted);
drop function audit_word_query(text[]);
--> statement-breakpoint
-- An event which fits has a term of each part; of a beginning, one that begins so.
create type audit_term_wanted as (part bigint, term text, beginning boolean);
--> statement-breakpoint
-- No rows when every event may fit.
create function audit_terms_wanted(w audit_wanted) returns setof audit_term_wanted
  language sql stable set search_path = pg_catalog, public set enable_seqscan = off as $$
  with marked (mark, wanted) as (values
    ('@a', w.actions), ('@u', w.actors), ('@t', w.resource_types), ('@r', w.resources), ('@w', w.workspaces::text[]), ('@o', w.outcomes),
    ('@s', w.severities), ('@i', array[w.address]), ('@q', array[w.request]), ('@w', w.allowed_workspaces::text[])),
  words as (
    select row_number() over () as n, s.word, p.phrase like '% ' as whole
    from unnest(w.phrases) as p (phrase), unnest(string_to_array(btrim(p.phrase), ' ')) as s (word))
  select m.n, m.mark || ' ' || left(v.value, 100), false
    from (select marked.*, row_number() over () as n from marked) m, unnest(m.wanted) as v (value) where v.value is not null
  union all
  select 100 + x.n, public.audit_term(x.word), false from words x where x.whole
  union all
  -- A longer word that has digits begins as this one does, perhaps.
  select 100 + x.n, '#' || left(x.word, 5), length(x.word) < 5 from words x where not x.whole
  union all
  select 100 + x.n, k.word, k.beginning from words x cross join lateral (
    with known as materialized (
      select i.word from public.audit_index_word i where i.organization_id = w.organization_id
        and i.word between (left(x.word, 12) collate "C") and ((left(x.word, 12) || chr(1114111)) collate "C") limit 101)
    select known.word, false as beginning from known where (select count(*) from known) <= 100
    union all select left(x.word, 12), true where (select count(*) from known) > 100) k
  where not x.whole and x.word !~ '[0-9]'
$$;
--> statement-breakpoint
create function audit_terms_query(wanted audit_term_wanted[]) returns tsquery
  language sql immutable parallel safe set search_path = pg_catalog, public as $$
  select string_agg('(' || p.any_of || ')', '&')::tsquery from (
    select string_agg(public.audit_lexeme(t.term) || case when t.beginning then ':*' else '' end, '|') as any_of
    from unnest(wanted) as t group by t.part) p
$$;
--> statement-breakpoint
-- Looks up a part of the stream in the index: where what is wanted is frequent, by few spans at a time, so that a search ends
-- with its page, and across what is not, by many. Every candidate is compared with all that is wanted.
create function audit_look_up(w audit_wanted, wanted audit_term_wanted[], low bigint, high bigint, oldest_first boolean, most int) returns setof audit_event
  language plpgsql stable set search_path = pg_catalog, public
  set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  query constant tsquery := public.audit_terms_query(wanted);
  enough constant int := 500;
  at_most constant int := 256;
  among_frequent int := 1;
  among_others int := 0;
  here bigint;
  into_64 int;
  ahead bigint;
  frequent bigint;
  first_span bigint;
  last_span bigint;
  at bigint;
  bits int;
  places text[];
  place tsquery;
  seqs bigint[];
  times timestamptz[];
  candidates int;
  looked int;
  batch int;
  found_rows int;
begin
  while low <= high loop
    here := case when oldest_first then low else high end >> 12;
    -- The nearest span, from here on, in which each part may be frequent.
    select case when bool_or(p.nearest is null) then null when oldest_first then max(p.nearest) else min(p.nearest) end into frequent from (
      select case when oldest_first then min(f.span) else max(f.span) end as nearest
      from unnest(wanted) as t left join lateral (
        (select x.span from public.audit_index_frequent x where oldest_first and not t.beginning
          and x.organization_id = w.organization_id and x.term = t.term and x.span >= here order by x.span limit 1)
        union all
        (select x.span from public.audit_index_frequent x where not oldest_first and not t.beginning
          and x.organization_id = w.organization_id and x.term = t.term and x.span <= here order by x.span desc limit 1)
        union all
        (select case when oldest_first then min(x.span) else max(x.span) end from public.audit_index_frequent x where t.beginning
          and x.organization_id = w.organization_id and x.term between (t.term collate "C") and ((t.term || chr(1114111)) collate "C")
          and x.span between case when oldest_first then here else low >> 12 end and case when oldest_first then high >> 12 else here end)) f on true
      group by t.part) p;
    -- Where it is not frequent: a little, then up to where 64 spans begin that have a term in common, then by such 64.
    into_64 := case when oldest_first then here & 63 else 63 - (here & 63) end;
    ahead := case when frequent = here then among_frequent when among_others = 0 then 16 - (into_64 & 7) when into_64 > 0 then 64 - into_64 else 64 * among_others end;
    if oldest_first then
      first_span := here;
      last_span := least(high >> 12, here + ahead - 1, case when frequent > here then frequent - 1 end);
    else
      last_span := here;
      first_span := greatest(low >> 12, here - ahead + 1, case when frequent < here then frequent + 1 end);
    end if;
    -- The tenant is in these terms.
    places := '{}';
    at := first_span;
    while at <= last_span loop
      bits := 9;
      while bits > 0 and (at & ((1 << bits) - 1) > 0 or at + (1 << bits) - 1 > last_span) loop bits := bits - 3; end loop;
      places := places || public.audit_lexeme('@' || 12 + bits || ' ' || w.organization_id || ' ' || (at >> bits));
      at := at + (1 << bits);
    end loop;
    place := array_to_string(places, '|')::tsquery;
    -- '+ 0' keeps the planner from reading the window by its key.
    select array_agg(h.seq order by h.n), array_agg(h.occurred_at order by h.n), count(*) into seqs, times, candidates from (
      select i.seq, i.occurred_at, case when oldest_first then i.seq else -i.seq end as n
      from public.audit_index i where i.terms @@ query and i.terms @@ place and i.seq + 0 between low and high) h;
    looked := 0;
    batch := most;
    while looked < candidates loop
      return query
        select e.* from unnest(seqs[looked + 1:looked + batch], times[looked + 1:looked + batch]) with ordinality as h (seq, occurred_at, n)
        cross join lateral (
          select x.* from public.audit_event x
          where x.organization_id = w.organization_id and x.seq = h.seq and x.occurred_at = h.occurred_at and public.audit_fits(x, w)) e
        order by h.n limit most;
      get diagnostics found_rows = row_count;
      most := most - found_rows;
      if most <= 0 then return; end if;
      looked := looked + batch;
      batch := least(batch * 2, enough);
    end loop;
    if oldest_first then low := (last_span + 1) << 12; else high := (first_span << 12) - 1; end if;
    if frequent = here then
      among_frequent := case when candidates < enough then least(among_frequent * 2, 64 * at_most) else 1 end;
    else
      among_others := case when among_others = 0 or into_64 > 0 or candidates >= enough then 1 else least(among_others * 2, at_most) end;
    end if;
  end loop;
end $$;
--> statement-breakpoint
-- As before: events of a section of the stream that fit, in its order. It runs as the owner
-- of the stream, so it names the tenant itself. Filters that are null do not filter. What is nearest is looked through event
-- by event, and so is what is not in the index yet; the rest is looked up.
create or replace function audit_search(
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
  wanted public.audit_term_wanted[];
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
  wanted := array(select t from public.audit_terms_wanted(w) t);
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
  turn := case when oldest_first then least(high, case when wanted = '{}' then high else low + near - 1 end)
    else greatest(low, case when wanted = '{}' then low else high - near + 1 end) end;
  for step in 1..3 loop
    if step = (case when oldest_first then 3 else 1 end) then
      return query select * from public.audit_look_through(w, greatest(first_seq, indexed + 1), last_seq, oldest_first, max_rows);
    elsif step = (case when oldest_first then 1 else 2 end) then
      return query select * from public.audit_look_through(w, case when oldest_first then low else turn end, case when oldest_first then turn else high end, oldest_first, max_rows);
    else
      return query select * from public.audit_look_up(w, wanted, case when oldest_first then turn + 1 else low end, case when oldest_first then high else turn - 1 end, oldest_first, max_rows);
    end if;
    get diagnostics found_rows = row_count;
    max_rows := max_rows - found_rows;
    exit when max_rows <= 0;
  end loop;
end $$;
--> statement-breakpoint
do $$
declare t text;
begin
  foreach t in array array['audit_index_word', 'audit_index_frequent'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy writer on %I to countersign_audit using (true) with check (true)', t);
    execute format('grant select, insert on %I to countersign_audit', t);
  end loop;
end $$;
--> statement-breakpoint
revoke all on function audit_look_up(audit_wanted, audit_term_wanted[], bigint, bigint, boolean, int), audit_note_frequent(uuid, bigint, bigint) from public;
grant execute on function audit_look_up(audit_wanted, audit_term_wanted[], bigint, bigint, boolean, int), audit_note_frequent(uuid, bigint, bigint) to countersign_audit;
