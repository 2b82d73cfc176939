-- Filters that are rare among many events; each serves 'newest first' within what it filters for.
create index if not exists audit_event_workspace on audit_event (organization_id, workspace_id, seq desc) where workspace_id is not null;
create index if not exists audit_event_ip on audit_event (organization_id, ip, seq desc) where ip is not null;
create index if not exists audit_event_severity on audit_event (organization_id, severity, seq desc) where severity <> 'info';
create index if not exists audit_event_outcome on audit_event (organization_id, outcome, seq desc) where outcome <> 'success';
create index if not exists audit_event_resource_type on audit_event (organization_id, resource_type, seq desc);
--> statement-breakpoint
-- A search as people type it: all words must be there; a word of letters and digits may be the beginning of a longer
-- one; what is joined by punctuation ('approvals.decided', an id, an address) is a phrase.
create or replace function audit_query(words text[]) returns tsquery
  language plpgsql immutable parallel safe set search_path = pg_catalog, public as $$
declare
  word text;
  plain text;
  one tsquery;
  found tsquery;
begin
  foreach word in array coalesce(words, '{}') loop
    plain := btrim(regexp_replace(word, '[^[:alnum:]]+', ' ', 'g'));
    one := case when plain ~ '^[[:alnum:]]{3,}$' and word = plain then to_tsquery('simple', plain || ':*') else phraseto_tsquery('simple', plain) end;
    found := case when found is null then one else found && one end;
  end loop;
  return found;
end $$;
--> statement-breakpoint
-- The search of the portal, over one tenant. It runs as the owner of the stream since row-level security keeps operators
-- that are not leakproof, as that of full text, away from indexes; so it names the tenant itself. Filters that are null
-- do not filter: `execute` plans for the values of each call, so they, and the partitions out of range, are not in the plan.
-- Words are looked for twice. Frequent ones are found among the nearest events, in order. The others are taken from the
-- index of words and then sorted ('seq + 0' has no index): reading in order would parse millions of events that lack them.
create or replace function audit_search(
  words text[], actions text[], actors text[], resource_types text[], resource text, workspaces uuid[], outcomes text[],
  severities text[], address text, request text, since timestamptz, until timestamptz,
  allowed_workspaces uuid[], older_than bigint, newer_than bigint, oldest_first boolean, max_rows int
) returns setof audit_event
  language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  org uuid := public.tenant_id();
  query tsquery := public.audit_query(words);
  -- One value alone can be read from an index in the order of the answer.
  one_action text := case when cardinality(actions) = 1 then actions[1] end;
  one_actor text := case when cardinality(actors) = 1 then actors[1] end;
  one_type text := case when cardinality(resource_types) = 1 then resource_types[1] end;
  one_outcome text := case when cardinality(outcomes) = 1 then outcomes[1] end;
  one_severity text := case when cardinality(severities) = 1 then severities[1] end;
  one_workspace uuid := case when cardinality(workspaces) = 1 then workspaces[1] end;
  near constant bigint := 3000;
  first_seq bigint := coalesce(newer_than, 0) + 1;
  last_seq bigint := coalesce(older_than - 1, (select h.seq from public.audit_head h where h.organization_id = org), 0);
  found_rows bigint := 0;
  statement constant text := $query$
    select e.* from public.audit_event e where e.organization_id = $1
      and e.seq between $2 and $3
      and ($4 is null or public.audit_words(e.body) @@ $4)
      and ($5 is null or e.action = $5) and ($5 is not null or $6 is null or e.action = any ($6))
      and ($7 is null or e.actor_id = $7) and ($7 is not null or $8 is null or e.actor_id = any ($8))
      and ($9 is null or e.resource_type = $9) and ($9 is not null or $10 is null or e.resource_type = any ($10))
      and ($11 is null or e.outcome = $11) and ($11 is not null or $12 is null or e.outcome = any ($12))
      and ($13 is null or e.severity = $13) and ($13 is not null or $14 is null or e.severity = any ($14))
      and ($15 is null or e.workspace_id = $15) and ($15 is not null or $16 is null or e.workspace_id = any ($16))
      and ($17 is null or e.workspace_id = any ($17))
      and ($18 is null or e.resource_id = $18) and ($19 is null or e.ip = $19) and ($20 is null or e.request_id = $20)
      and ($21 is null or e.occurred_at >= $21) and ($22 is null or e.occurred_at < $22)
    order by %s limit $23 $query$;
begin
  if org is null then raise exception 'no tenant is set' using errcode = 'CS003'; end if;
  if query is not null then
    return query execute format(statement, case when oldest_first then 'e.seq asc' else 'e.seq desc' end)
      using org, case when oldest_first then first_seq else greatest(first_seq, last_seq - near + 1) end,
        case when oldest_first then least(last_seq, first_seq + near - 1) else last_seq end,
        query, one_action, actions, one_actor, actors, one_type, resource_types, one_outcome, outcomes, one_severity, severities,
        one_workspace, workspaces, allowed_workspaces, resource, address, request, since, until, max_rows;
    get diagnostics found_rows = row_count;
    if found_rows = max_rows or last_seq - first_seq < near then return; end if;
    if oldest_first then first_seq := first_seq + near; else last_seq := last_seq - near; end if;
  end if;
  return query execute format(statement, case when query is null then 'e.seq' else 'e.seq + 0' end || case when oldest_first then ' asc' else ' desc' end)
    using org, first_seq, last_seq, query, one_action, actions, one_actor, actors, one_type, resource_types, one_outcome, outcomes,
      one_severity, severities, one_workspace, workspaces, allowed_workspaces, resource, address, request, since, until, max_rows - found_rows;
end $$;
--> statement-breakpoint
alter function audit_search(text[], text[], text[], text[], text, uuid[], text[], text[], text, text, timestamptz, timestamptz,
  uuid[], bigint, bigint, boolean, int) owner to countersign_audit;
grant execute on function audit_query(text[]) to countersign_app, countersign_audit;
revoke all on function audit_search(text[], text[], text[], text[], text, uuid[], text[], text[], text, text, timestamptz, timestamptz,
  uuid[], bigint, bigint, boolean, int) from public;
grant execute on function audit_search(text[], text[], text[], text[], text, uuid[], text[], text[], text, text, timestamptz, timestamptz,
  uuid[], bigint, bigint, boolean, int) to countersign_app;
