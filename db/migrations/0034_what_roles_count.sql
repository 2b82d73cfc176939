-- The roles that somebody has now at a place: on the organization, and on the workspace where one is given. None for who is not
-- active or is locked, and none that is locked.
create function held_roles(who uuid, place uuid) returns text[]
  language sql stable parallel safe
  begin atomic
    select coalesce(array_agg(distinct g.role), '{}')
    from role_grant g
    join person p on p.organization_id = g.organization_id and p.id = g.person_id and p.status = 'active'
    where g.organization_id = tenant_id() and g.person_id = who
      and g.revoked_at is null and g.valid_from <= now() and (g.valid_until is null or g.valid_until > now())
      and (g.workspace_id is null or g.workspace_id = place)
      and not exists (select 1 from lock l where l.organization_id = g.organization_id and l.ended_at is null and (l.until is null or l.until > now())
        and (l.kind = 'person' and l.target = g.person_id::text or l.kind = 'role' and l.target = g.role));
  end;
