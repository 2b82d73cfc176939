import { sql } from "drizzle-orm";
import type { Tx } from "@/db/tenant";
import { permissionsOf, roles } from "@/lib/ability/permissions";
import type { Seated } from "./seats";

/** Somebody who may be asked at a place, with what keeps them from looking. */
export type Candidate = Seated & {
  /** All accounts of the same human being. */
  accounts: string[];
  awayUntil: Date | null;
  busyUntil: Date | null;
  isOnline: boolean;
};

const mostCandidates = 500;
const asking = `{${roles.filter((role) => permissionsOf(role).some((permission) => permission === "approvals.decide" || permission === "budgets.override")).join(",")}}`;

/** Whoever may decide requests of a workspace, or of the organization itself (null), by name; at most 500. */
export async function candidatesAt(tx: Tx, workspaceId: string | null): Promise<Candidate[]> {
  const until = (kind: string) => sql`(select max(a.ends_at) from absence a
    where a.person_id = p.id and a.kind = ${kind} and a.ended_at is null and a.starts_at <= now() and a.ends_at > now())`;
  const rows = await tx.execute<{ id: string; name: string; roles: string[]; accounts: string[]; awayUntil: string | null; busyUntil: string | null; isOnline: boolean }>(sql`
    with holder as materialized (
      select distinct g.person_id as id from role_grant g
      where g.role = any (${asking}::text[]) and g.revoked_at is null and (g.workspace_id is null or g.workspace_id = ${workspaceId}::uuid))
    select p.id, p.name, held.roles, accounts_of(p.id) as accounts, ${until("away")} as "awayUntil", ${until("busy")} as "busyUntil",
      exists (select 1 from session s where s.person_id = p.id and s.revoked_at is null and s.last_seen_at > now() - interval '5 minutes') as "isOnline"
    from holder join person p using (id) cross join lateral (select held_roles(p.id, ${workspaceId}::uuid) as roles) as held
    where p.status = 'active' and held.roles && ${asking}::text[]
    order by p.name, p.id limit ${mostCandidates}`);
  return rows.map(({ awayUntil, busyUntil, ...row }) => ({ ...row, awayUntil: awayUntil === null ? null : new Date(awayUntil), busyUntil: busyUntil === null ? null : new Date(busyUntil) }));
}
