import { and, eq, gt, isNotNull, isNull, or, sql, type SQL } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import { permissionsOf, roles, type Permission } from "@/lib/ability/permissions";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";

const columns = { workspaceId: approval.workspaceId, agentId: approval.agentId };

/** Requests that wait, and that this person may decide; the same rules as `decisionObstacle`, in SQL. */
export function whereDecidable(tx: Tx, ctx: PersonCtx): SQL | undefined {
  const decides = whereAllowed(tx, ctx, "approvals", "decide", columns);
  const overrides = whereAllowed(tx, ctx, "budgets", "override", columns);
  return and(
    eq(approval.status, "pending"),
    isNull(approval.narrowingId),
    gt(approval.expiresAt, sql`now()`),
    or(
      and(isNull(approval.plan), decides),
      and(isNull(approval.plan), eq(approval.kind, "budget"), overrides),
      and(isNotNull(approval.plan), whereAsked(ctx, decides, overrides)),
    ),
    whereNotOwn(ctx),
  );
}

/** Not the person's own request, nor one of an agent that they own by now, nor one that came with a key that they made, whatever account they do it with. */
export function whereNotOwn(ctx: PersonCtx): SQL | undefined {
  return notOwn(sql`(select accounts_of(${ctx.actor.id}))::uuid[]`);
}

function notOwn(accounts: SQL): SQL {
  const isOwner = sql`(coalesce(${approval.requesterPersonId} = any (${accounts}), false)
    or exists (select 1 from ${agent} where ${agent.id} = ${approval.agentId} and ${agent.ownerId} = any (${accounts})))`;
  return sql`(case when ${isOwner} then coalesce((${approval.plan} ->> 'ownerMayDecide')::boolean and ${approval.risk} <> 'CRITICAL', false)
    else not coalesce(${approval.keyMakerId} = any (${accounts}), false) end)`;
}

type Who = { id: SQL; roles: SQL };

/** Of requests with a plan: those whose stage asks this person now, for themselves or for who gave them their part, and that they had no part in yet. */
function whereAsked(ctx: PersonCtx, decides: SQL, overrides: SQL): SQL {
  const { id, roles } = ctx.actor;
  const held = JSON.stringify(roles.map(({ role, workspaceId }) => ({ role, workspaceId })));
  const here = sql`coalesce((select array_agg(held ->> 'role') from jsonb_array_elements(${held}::jsonb) as held
    where held ->> 'workspaceId' is null or held ->> 'workspaceId' = ${approval.workspaceId}::text), '{}')`;
  const me: Who = { id: sql`${id}::uuid`, roles: here };
  const giver: Who = { id: sql`giver.id`, roles: sql`held_roles(giver.id, ${approval.workspaceId})` };
  const giving = sql`exists (select 1 from delegation g join person giver on giver.id = g.from_person_id
    where g.to_person_id = ${id} and g.ended_at is null and g.starts_at <= now() and g.ends_at > now()
      and (g.workspace_id is null or g.workspace_id = ${approval.workspaceId})
      and ${unused(sql`(accounts_of(giver.id))`)} and ${notOwn(sql`(accounts_of(giver.id))`)} and ${isMeant(giver)})`;
  const mayDecide = sql`(${decides} or ${overrides} and (${approval.kind} = 'budget' or exists (select 1 from ${everybody} where one ->> 'role' = 'billing_admin')))`;
  const isAsked = sql`exists (select 1 from ${everybody} where ${isMeant(me)} or (${stage} ->> 'delegation')::boolean and ${giving})`;
  return sql`(${mayDecide} and ${unused(sql`(select accounts_of(${id}))::uuid[]`)} and ${isAsked})`;
}

const stage = sql`(${approval.plan} -> 'stages' -> ${approval.stage})`;

/** Everybody whom the stage asks by now, each as `one`. */
const everybody = sql`(
  select one from jsonb_array_elements(${stage} -> 'anyOf') as way, jsonb_array_elements(way -> 'people') as one
  union all
  select one from jsonb_array_elements(${stage} -> 'escalations') as later, jsonb_array_elements(later -> 'people') as one
    where (later ->> 'afterSeconds')::int <= ${approval.escalated}) as asked`;

const holding = (permission: Permission) => sql`${`{${roles.filter((role) => permissionsOf(role).includes(permission)).join(",")}}`}::text[]`;

/** As `isMeant` of seats.ts, for `one` of those who are asked. */
function isMeant({ id, roles: held }: Who): SQL {
  return sql`((${held} && ${holding("approvals.decide")}
      or (${approval.kind} = 'budget' or one ->> 'role' is not distinct from 'billing_admin') and ${held} && ${holding("budgets.override")})
    and case one ->> 'kind' when 'decider' then true when 'role' then one -> 'heldBy' ?| ${held} when 'person' then one ->> 'personId' = ${id}::text
      else ${id} = (select coalesce(a.manager_person_id, m.owner_id) from agent a left join agent m on m.id = a.manager_agent_id where a.id = ${approval.agentId}) end)`;
}

/** None of these accounts had a part in the request. */
function unused(accounts: SQL): SQL {
  return sql`not exists (select 1 from approval_decision d where d.approval_id = ${approval.id} and (d.person_id = any (${accounts}) or d.on_behalf_of = any (${accounts})))`;
}
