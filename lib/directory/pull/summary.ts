import { sql } from "drizzle-orm";
import { directoryGroup, directoryUser, groupRole } from "@/db/schema/directory";
import { directoryPulled, type SyncSummary } from "@/db/schema/directory-sync";
import { workspace } from "@/db/schema/organization";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { sourceOf } from "../recompute";

const mostNamed = 50;

/** What carrying out the compared rows would do, counted in the database. */
export async function summarize(tx: Tx, ctx: DirectoryCtx, syncId: string): Promise<SyncSummary> {
  const counts = await tx.execute<{ kind: string; op: string; rows: number; conflicts: number }>(sql`
    select kind, op, count(*)::int as rows, (count(*) filter (where conflict))::int as conflicts from ${directoryPulled} where sync_id = ${syncId} group by kind, op`);
  const of = (kind: string, op: string) => counts.find((row) => row.kind === kind && row.op === op)?.rows ?? 0;
  const deactivated = await deactivations(tx, ctx, syncId);
  const conflict = counts.reduce((sum, { conflicts }) => sum + conflicts, 0);
  const users = { create: of("user", "create"), change: of("user", "change") - deactivated, leave: of("user", "leave") + deactivated, same: of("user", "same"), skipped: of("user", "skip") + of("group", "skip"), conflict };
  const groups = { create: of("group", "create"), change: of("group", "change"), remove: of("group", "leave"), same: of("group", "same") };
  return { users, groups, losing: await losing(tx, ctx, syncId), roles: await rolesOf(tx, ctx, syncId), named: await named(tx, ctx, syncId) };
}

async function deactivations(tx: Tx, ctx: DirectoryCtx, syncId: string): Promise<number> {
  const [row] = await tx.execute<{ rows: number }>(sql`
    select count(*)::int as rows from ${directoryPulled} p join ${directoryUser} u on u.directory_id = ${ctx.actor.id} and u.external_id = p.external_id
    where p.sync_id = ${syncId} and p.kind = 'user' and p.op = 'change' and u.active and not (p.record ->> 'active')::boolean`);
  return row?.rows ?? 0;
}

/** Who would be a person with which roles: `after (uid, person_id, role, workspace_id)`. */
function afterwards(ctx: DirectoryCtx, syncId: string) {
  return sql`
    who as materialized (
      select p.external_id as uid, u.person_id from ${directoryPulled} p
      left join ${directoryUser} u on u.directory_id = ${ctx.actor.id} and u.external_id = p.external_id
      where p.sync_id = ${syncId} and p.kind = 'user' and p.op <> 'leave' and not p.conflict and coalesce((p.record ->> 'active')::boolean, u.active)
        and (u.person_id is not null or p.op = 'create' or (p.op = 'change' and (u.conflict is null or u.email <> p.record ->> 'email')))
    ), after as materialized (
      select distinct who.uid, who.person_id, r.role, r.workspace_id
      from ${groupRole} r
      join ${directoryGroup} g on g.id = r.group_id and g.directory_id = ${ctx.actor.id}
      left join ${workspace} w on w.id = r.workspace_id
      join ${directoryPulled} p on p.sync_id = ${syncId} and p.kind = 'group' and p.external_id = g.external_id and p.record is not null
      cross join lateral jsonb_array_elements_text(p.record -> 'members') m (uid)
      join who on who.uid = m.uid
      where w.archived_at is null
    )`;
}

async function losing(tx: Tx, ctx: DirectoryCtx, syncId: string): Promise<number> {
  const [row] = await tx.execute<{ people: number }>(sql`
    with ${afterwards(ctx, syncId)}
    select count(distinct x.person_id)::int as people from (
      select h.person_id from ${roleGrant} h
      where h.source = ${sourceOf(ctx.actor.id)} and h.revoked_at is null
        and not exists (select 1 from after a where a.person_id = h.person_id and a.role = h.role and a.workspace_id is not distinct from h.workspace_id)
      union all
      select u.person_id from ${directoryPulled} p join ${directoryUser} u on u.directory_id = ${ctx.actor.id} and u.external_id = p.external_id and u.active
        join ${person} w on w.id = u.person_id and w.status <> 'left'
      where p.sync_id = ${syncId} and p.kind = 'user' and (p.op = 'leave' or (p.op = 'change' and not (p.record ->> 'active')::boolean))
    ) x`);
  return row?.people ?? 0;
}

async function rolesOf(tx: Tx, ctx: DirectoryCtx, syncId: string): Promise<SyncSummary["roles"]> {
  const rows = await tx.execute<{ role: string; workspaceId: string | null; before: number; after: number }>(sql`
    with ${afterwards(ctx, syncId)}, held as (
      select role, workspace_id, count(*)::int as people from ${roleGrant} where source = ${sourceOf(ctx.actor.id)} and revoked_at is null group by role, workspace_id
    ), gets as (select role, workspace_id, count(distinct uid)::int as people from after group by role, workspace_id)
    select coalesce(h.role, g.role) as role, coalesce(h.workspace_id, g.workspace_id) as "workspaceId", coalesce(h.people, 0) as before, coalesce(g.people, 0) as after
    from held h full join gets g on g.role = h.role and coalesce(g.workspace_id::text, '') = coalesce(h.workspace_id::text, '')
    order by role, "workspaceId" nulls first limit 200`);
  return [...rows];
}

async function named(tx: Tx, ctx: DirectoryCtx, syncId: string): Promise<SyncSummary["named"]> {
  const rows = await tx.execute<SyncSummary["named"][number]>(sql`
    select what, name, detail from (
      select x.*, row_number() over (partition by what order by name) as place from (
        select case when p.op = 'skip' then 'skipped' when p.conflict then 'conflict' when p.op = 'leave' or (u.active and not (p.record ->> 'active')::boolean) then 'leave' else p.op end as what,
          coalesce(p.record -> 'profile' ->> 'displayName', p.record ->> 'userName', u.profile ->> 'displayName', u.user_name, '') as name,
          coalesce(p.problem, p.record ->> 'email', u.email, '') as detail
        from ${directoryPulled} p left join ${directoryUser} u on u.directory_id = ${ctx.actor.id} and u.external_id = p.external_id
        where p.sync_id = ${syncId} and (p.kind = 'user' or p.op = 'skip') and (p.op <> 'same' or p.conflict)
      ) x
    ) y where place <= ${mostNamed} order by what, name`);
  return [...rows];
}
