-- The application's role owns nothing and sees one tenant at a time: the one its transaction names.
grant usage on schema public to countersign_app, countersign_gate, countersign_audit;

create function tenant_id() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('countersign.tenant', true), '')::uuid;

-- Every migration that makes a tenant table calls this for it; a test looks for tables that were forgotten.
create function protect_tenant_table(target regclass, tenant_column name default 'organization_id') returns void
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s to countersign_app using (%I = tenant_id()) with check (%I = tenant_id())',
    target, tenant_column, tenant_column);
  execute format('grant select, insert, update on %s to countersign_app', target);
end $$;

revoke all on function protect_tenant_table(regclass, name) from public;

do $$
declare t text;
begin
  perform protect_tenant_table('organization', 'id');
  for t in
    select c.table_name from information_schema.columns c
    join information_schema.tables b using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'organization_id' and b.table_type = 'BASE TABLE'
  loop
    perform protect_tenant_table(format('public.%I', t)::regclass);
  end loop;
end $$;

-- The migrating role owns the tables, and forced policies bind owners too: it seeds nothing and reads nothing by accident.
grant delete on saved_view, runner_nonce, run_output to countersign_app;
grant usage on sequence outbox_id_seq to countersign_app;

-- References carry the tenant, so that a row can never point into another organization.
alter table workspace add constraint workspace_tenant unique (organization_id, id);
alter table project add constraint project_tenant unique (organization_id, id);
alter table person add constraint person_tenant unique (organization_id, id);
alter table agent add constraint agent_tenant unique (organization_id, id);
alter table budget add constraint budget_tenant unique (organization_id, id);

alter table workspace add foreign key (organization_id) references organization (id);
alter table person add foreign key (organization_id) references organization (id);
alter table project add foreign key (organization_id, workspace_id) references workspace (organization_id, id);
alter table role_grant add foreign key (organization_id, person_id) references person (organization_id, id);
alter table role_grant add foreign key (organization_id, workspace_id) references workspace (organization_id, id);
alter table session add foreign key (organization_id, person_id) references person (organization_id, id);
alter table invitation add foreign key (organization_id, person_id) references person (organization_id, id);
alter table agent add foreign key (organization_id, workspace_id) references workspace (organization_id, id);
alter table agent add foreign key (organization_id, project_id) references project (organization_id, id);
alter table agent add foreign key (organization_id, owner_id) references person (organization_id, id);
alter table agent add foreign key (organization_id, manager_person_id) references person (organization_id, id);
alter table agent add foreign key (organization_id, manager_agent_id) references agent (organization_id, id);
alter table agent_policy add foreign key (organization_id, agent_id) references agent (organization_id, id);
alter table api_key add foreign key (organization_id, agent_id) references agent (organization_id, id);
alter table budget add foreign key (organization_id) references organization (id);
alter table budget_window add foreign key (organization_id, budget_id) references budget (organization_id, id);

-- A manager's manager is somebody else, all the way up.
create function agent_no_manager_cycle() returns trigger
  language plpgsql as $$
declare above uuid := new.manager_agent_id; steps int := 0;
begin
  while above is not null loop
    if above = new.id or steps > 50 then
      raise exception 'agent % would manage itself', new.id using errcode = 'CS001';
    end if;
    select manager_agent_id into above from agent where organization_id = new.organization_id and id = above;
    steps := steps + 1;
  end loop;
  return new;
end $$;
create trigger agent_no_manager_cycle before insert or update of manager_agent_id on agent
  for each row when (new.manager_agent_id is not null) execute function agent_no_manager_cycle();

-- A policy version, once written, is history.
create function refuse_change() returns trigger
  language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'CS002';
end $$;
create trigger agent_policy_append_only before update or delete on agent_policy
  for each row execute function refuse_change();
