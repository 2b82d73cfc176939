import { sql } from "drizzle-orm";
import { directoryUser } from "@/db/schema/directory";
import { directoryPulled } from "@/db/schema/directory-sync";
import { person } from "@/db/schema/people";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { sourceOf } from "../recompute";
import { lockSync } from "./sync-row";

class Undo extends Error {
  constructor(readonly found: string[] | null) {
    super("a look ahead is never kept");
  }
}

/**
 * The external ids of users who would not become people, since their address is somebody's already: found by making all of
 * them and undoing it, because addresses of other organizations are seen by nothing else. Null when the sync is over.
 */
export async function findConflicts(ctx: DirectoryCtx, syncId: string): Promise<string[] | null> {
  try {
    return await transact<null>(ctx, async (tx) => {
      authorizeDirectory(tx, ctx, "view");
      if (!(await lockSync(tx, ctx, syncId, ["reading"]))) throw new Undo(null);
      const rows = await tx.execute<{ id: string }>(sql`
        with fresh as materialized (
          select p.external_id, p.record ->> 'email' as email, gen_random_uuid() as id
          from ${directoryPulled} p left join ${directoryUser} u on u.directory_id = ${ctx.actor.id} and u.external_id = p.external_id
          where p.sync_id = ${syncId} and p.kind = 'user' and p.op is null and (p.record ->> 'active')::boolean and u.person_id is null
        ), made as (
          insert into ${person} (id, organization_id, email, name, status)
          select id, ${ctx.organizationId}::uuid, email, 'look ahead', 'active' from fresh order by external_id on conflict do nothing returning id
        )
        select external_id as id from fresh where id not in (select id from made)
        union all
        select p.external_id from ${directoryPulled} p join ${directoryUser} u on u.directory_id = ${ctx.actor.id} and u.external_id = p.external_id
          join ${person} w on w.id = u.person_id and w.status = 'left' and w.left_by is distinct from ${sourceOf(ctx.actor.id)}
        where p.sync_id = ${syncId} and p.kind = 'user' and p.op is null and (p.record ->> 'active')::boolean and not u.active`);
      throw new Undo(rows.map(({ id }) => id));
    });
  } catch (error) {
    if (error instanceof Undo) return error.found;
    throw error;
  }
}
