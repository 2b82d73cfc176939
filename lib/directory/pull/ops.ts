import { sql } from "drizzle-orm";
import { directoryGroup, directoryMember, directoryUser } from "@/db/schema/directory";
import { directoryPulled } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { chunks } from "../recompute";

/**
 * Says of each row what is to be done, and in which order: who leaves first, then changes, which may free a name, then who is
 * new, then groups that are gone, then the others, whose members are all there by then.
 */
export async function findOps(tx: Tx, ctx: DirectoryCtx, syncId: string, conflicts: readonly string[]): Promise<void> {
  const [id, users] = [ctx.actor.id, sql`p.sync_id = ${syncId} and p.kind = 'user'`];
  for (const ids of chunks(conflicts, 1_000)) await tx.execute(sql`update ${directoryPulled} p set conflict = true where ${users} and p.external_id in ${ids}`);
  await tx.execute(sql`
    update ${directoryPulled} p
    set op = case when u.user_name = p.record ->> 'userName' and u.email = p.record ->> 'email' and u.active = (p.record ->> 'active')::boolean and u.profile = p.record -> 'profile' then 'same' else 'change' end,
        rank = case when u.active and not (p.record ->> 'active')::boolean then 0 else 1 end
    from ${directoryUser} u
    where ${users} and p.op is null and u.directory_id = ${id} and u.external_id = p.external_id`);
  // Who never was here and is not active now is nobody to make.
  await tx.execute(sql`update ${directoryPulled} p set op = case when (p.record ->> 'active')::boolean then 'create' else 'same' end, rank = 2 where ${users} and p.op is null`);
  await gone(tx, ctx, syncId, { kind: "user", from: sql`${directoryUser} t`, rank: 0 });
  await gone(tx, ctx, syncId, { kind: "group", from: sql`${directoryGroup} t`, rank: 3 });
  await tx.execute(sql`
    update ${directoryPulled} p
    set op = case when g.display_name = p.record ->> 'displayName' and (
          select coalesce(array_agg(x.id order by x.id collate "C"), '{}') from jsonb_array_elements_text(p.record -> 'members') x (id)
          where exists (select 1 from ${directoryUser} u where u.directory_id = ${id} and u.external_id = x.id)
             or exists (select 1 from ${directoryPulled} n where n.sync_id = ${syncId} and n.kind = 'user' and n.external_id = x.id and n.op = 'create')
        ) = (
          select coalesce(array_agg(u.external_id order by u.external_id collate "C"), '{}') from ${directoryMember} m join ${directoryUser} u on u.id = m.user_id where m.group_id = g.id
        ) then 'same' else 'change' end,
        rank = 4
    from ${directoryGroup} g
    where p.sync_id = ${syncId} and p.kind = 'group' and p.op is null and g.directory_id = ${id} and g.external_id = p.external_id`);
  await tx.execute(sql`update ${directoryPulled} p set op = 'create', rank = 4 where p.sync_id = ${syncId} and p.kind = 'group' and p.op is null`);
  await tx.execute(sql`update ${directoryPulled} p set done = true where p.sync_id = ${syncId} and p.op in ('same', 'skip')`);
}

/** What is here and was not read. Entries that could not be read were read in this sense. */
async function gone(tx: Tx, ctx: DirectoryCtx, syncId: string, { kind, from, rank }: { kind: "user" | "group"; from: ReturnType<typeof sql>; rank: number }): Promise<void> {
  await tx.execute(sql`
    insert into ${directoryPulled} (organization_id, sync_id, kind, external_id, op, rank)
    select ${ctx.organizationId}::uuid, ${syncId}::uuid, ${kind}, t.external_id, 'leave', ${rank}
    from ${from} where t.directory_id = ${ctx.actor.id} and t.external_id is not null
      and not exists (select 1 from ${directoryPulled} p where p.sync_id = ${syncId} and p.kind = ${kind} and p.external_id = t.external_id)`);
}
