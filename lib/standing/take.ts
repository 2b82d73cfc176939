import { standingUse } from "@/db/schema/standing";
import { insertRows } from "@/db/insert-rows";
import { prepared, type Statement, type Tx } from "@/db/tenant";
import { permissionsOf, roles } from "@/lib/ability/permissions";
import { newId } from "@/lib/id";
import { isWithin, type StandingAsk, type StandingScope } from "./match";

/** The rule of what a standing approval lets go on. */
export const standingRule = "approvals.standing";

export type StandingTaken = { rule: string; standingId: string; approvalId: string; grantedBy: string; message: string };

type Locked = StandingScope & {
  id: string;
  approvalId: string;
  organizationId: string;
  workspaceId: string;
  usesLeft: number;
  costLeftMicros: number;
};

const deciders = roles.filter((role) => permissionsOf(role).includes("approvals.decide"));

// In the order of the ids, so that two transactions never wait for one another; what another one used up meanwhile is
// seen, since Postgres looks at a row again once it has its lock. Whoever granted it must still be able to decide there, and
// must not own the agent, with whatever account.
const lockOpen = `
  select s.id, s.organization_id as "organizationId", s.workspace_id as "workspaceId", s.agent_id as "agentId", s.approval_id as "approvalId",
    json_build_object('id', g.id, 'name', g.name, 'roles', held_roles(g.id, s.workspace_id), 'accounts', accounts_of(g.id)) as granter,
    coalesce(a.manager_person_id, (select m.owner_id from agent m where m.id = a.manager_agent_id)) as "managerId", s.tool, s.operation, s.resource, s.arguments, s.risk_at_most as "riskAtMost",
    s.policy_version as "policyVersion", s.policies, s.cost_each_micros::float8 as "costEachMicros", s.uses_most - s.uses_taken as "usesLeft",
    (s.cost_total_micros - s.cost_taken_micros)::float8 as "costLeftMicros"
  from standing_approval s
  join agent a on a.organization_id = s.organization_id and a.id = s.agent_id
  join person g on g.organization_id = s.organization_id and g.id = s.granted_by
  where s.agent_id = any($1::uuid[]) and s.revoked_at is null and s.valid_from <= now() and s.valid_until > now() and s.uses_taken < s.uses_most
    and a.workspace_id = s.workspace_id and not a.owner_id = any(accounts_of(s.granted_by)) and g.status = 'active'
    and exists (select 1 from role_grant r where r.organization_id = s.organization_id and r.person_id = s.granted_by and r.role = any($2::text[])
      and r.revoked_at is null and r.valid_from <= now() and (r.valid_until is null or r.valid_until > now())
      and (r.workspace_id is null or r.workspace_id = s.workspace_id))
  order by s.id for update of s`;

const writeUses = `
  update standing_approval s set uses_taken = s.uses_taken + u.uses, cost_taken_micros = s.cost_taken_micros + u.cost
  from unnest($1::uuid[], $2::int[], $3::bigint[]) as u (id, uses, cost) where s.id = u.id`;

/** Standing approvals of some agents, locked until the transaction ends: what is taken from them is written at its end. */
export type StandingBook = {
  /** One use for this action, of the first that covers it and has room; null: none does. */
  take: (ask: StandingAsk) => StandingTaken | null;
  /** Undoes a take, when the action does not go on for another reason. */
  giveBack: (submissionId: string) => void;
  /** What was taken, to be run in the same transaction. */
  statements: () => Statement[];
};

/** For agents whose actions would have to wait. Uses and cost are exact, also across processes. */
export async function lockStandings(tx: Tx, agentIds: readonly string[]): Promise<StandingBook> {
  const ids = [...new Set(agentIds)].sort();
  const open = ids.length === 0 ? [] : await prepared<Locked>(tx, { text: lockOpen, values: [ids, deciders] });
  const taken = new Map<string, { from: Locked; costMicros: number }>();
  return {
    take(ask) {
      const from = open.find((one) => one.usesLeft > 0 && ask.costMicros <= one.costLeftMicros && isWithin(one, ask));
      if (!from || taken.has(ask.submissionId)) return null;
      from.usesLeft -= 1;
      from.costLeftMicros -= ask.costMicros;
      taken.set(ask.submissionId, { from, costMicros: ask.costMicros });
      const message = `${from.granter.name} approved what is like this for a time: ${from.usesLeft} more ${from.usesLeft === 1 ? "use" : "uses"}.`;
      return { rule: standingRule, standingId: from.id, approvalId: from.approvalId, grantedBy: from.granter.id, message };
    },
    giveBack(submissionId) {
      const found = taken.get(submissionId);
      if (!found) return;
      found.from.usesLeft += 1;
      found.from.costLeftMicros += found.costMicros;
      taken.delete(submissionId);
    },
    statements: () => (taken.size === 0 ? [] : [sumsOf(taken), ...usesOf(taken)]),
  };
}

/** As `lockStandings`, for asks that are known whole: which of them go on, already written. */
export async function takeStanding(tx: Tx, asks: readonly StandingAsk[]): Promise<Map<string, StandingTaken>> {
  const book = await lockStandings(tx, asks.map((ask) => ask.agentId));
  const answers = asks.flatMap((ask) => {
    const taken = book.take(ask);
    return taken ? [[ask.submissionId, taken] as const] : [];
  });
  for (const statement of book.statements()) await prepared(tx, statement);
  return new Map(answers);
}

type Taken = ReadonlyMap<string, { from: Locked; costMicros: number }>;

function sumsOf(taken: Taken): Statement {
  const sums = new Map<string, { uses: number; cost: number }>();
  for (const { from, costMicros } of taken.values()) {
    const sum = sums.get(from.id) ?? { uses: 0, cost: 0 };
    sums.set(from.id, { uses: sum.uses + 1, cost: sum.cost + costMicros });
  }
  const all = [...sums.values()];
  return { text: writeUses, values: [[...sums.keys()], all.map(({ uses }) => uses), all.map(({ cost }) => cost)] };
}

function usesOf(taken: Taken): Statement[] {
  const now = new Date();
  return insertRows(
    standingUse,
    [...taken].map(([actionId, { from, costMicros }]) => ({
      id: newId(), organizationId: from.organizationId, workspaceId: from.workspaceId, standingId: from.id, actionId, costMicros, createdAt: now,
    })),
  );
}
