import { prepared, type Tx } from "@/db/tenant";

/** How long one that waits for its turn keeps it without asking again; then those behind it go first. */
const turnSeconds = 120;
/** How long it keeps its place and its grant without asking. */
const keptSeconds = 15 * 60;
/** More grants than all processes can be giving at once: nearer to the limit than this they take turns. */
const inFlight = 64;

const limitOf = (agent: string) => `(select p.max_concurrent_tasks from agent a join agent_policy p
  on p.organization_id = a.organization_id and p.agent_id = a.id and p.version = a.policy_version where a.id = ${agent})`;

const runningOf = (agent: string) => `(select count(*)::int from action r where r.agent_id = ${agent} and r.status = 'running' and r.tool not like 'sandbox.%')`;

// Who asks no more for its turn has not lost its place, but nobody waits for it.
const aheadOf = (one: string) => `(select count(*)::int from action q where q.agent_id = ${one}.agent_id and q.status = 'allowed' and q.queued_at is not null
  and q.turn_asked_at > now() - interval '${turnSeconds} seconds' and q.grant_expires_at > now() and (q.queued_at, q.id) < (${one}.queued_at, ${one}.id))`;

/** SQL of a queued action's place, as JSON. `one`: what the table of actions is called around it. */
export function queueOf(one: string): string {
  return `json_build_object('position', ${aheadOf(one)} + 1, 'running', ${runningOf(`${one}.agent_id`)}, 'limit', ${limitOf(`${one}.agent_id`)})`;
}

const count = `select ${runningOf("$1")} as running, ${limitOf("$1")} as "limit",
  exists (select 1 from action q where q.agent_id = $1 and q.status = 'allowed' and q.queued_at is not null) as queued`;
const takeTurns = "select pg_advisory_xact_lock(hashtextextended('tasks of ' || $1, 0))";
const ahead = `select ${aheadOf("x")} as ahead from (select id, agent_id, coalesce(queued_at, now()) as queued_at from action where id = $1) as x`;
const enqueue = `update action set queued_at = coalesce(queued_at, now()), turn_asked_at = now(), grant_expires_at = greatest(grant_expires_at, now() + interval '${keptSeconds} seconds')
  where id = $1 and status = 'allowed' and grant_expires_at > now()`;
const keepMoney = `update reservation set expires_at = greatest(expires_at, now() + interval '${keptSeconds} seconds') where action_id = $1 and status = 'held'`;

type Counted = { running: number; limit: number; queued: boolean };

/**
 * Whether an allowed action of the agent may begin now, as far as what else of it is under way leaves room. One that may not
 * is put into the queue, which is kept in the database and goes in the order of asking; its grant and its money are kept for
 * as long as the agent comes back for its turn. Until the transaction ends nobody else of this agent takes the same room.
 */
export async function takeTurn(tx: Tx, agentId: string, actionId: string): Promise<boolean> {
  const [before] = await prepared<Counted>(tx, { text: count, values: [agentId] });
  if (before && !before.queued && before.running + inFlight < before.limit) return true;
  await prepared(tx, { text: takeTurns, values: [agentId] });
  // A statement of its own, since it must see what was committed while this one waited.
  const [[now], [others]] = await Promise.all([prepared<Counted>(tx, { text: count, values: [agentId] }), prepared<{ ahead: number }>(tx, { text: ahead, values: [actionId] })]);
  if (now && others && now.running + others.ahead < now.limit) return true;
  await prepared(tx, { text: enqueue, values: [actionId] });
  await prepared(tx, { text: keepMoney, values: [actionId] });
  return false;
}
