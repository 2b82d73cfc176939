import { prepared, type Tx } from "@/db/tenant";
import { AppError } from "@/lib/errors";

/** The rule that refuses what would have to wait beside too much else. */
export const queueFull = "approvals.queue_full";

type Asking = { agentId: string; maxWaitingApprovals: number };

/** How many requests of one agent wait for a person, this transaction's own included; counted to the agent's limit. */
export type Waiting = { count: number };

// Taken after the windows of budgets and in order of the ids, so that two transactions never wait for one another.
const takeTurns = `
  select pg_advisory_xact_lock(hashtextextended('waiting approvals of ' || asked.id, 0)) from unnest($1::text[]) as asked (id)`;

// One that has expired and was not ended yet cannot be decided any more and takes up nobody's time.
const count = `
  select asked.id, (select count(*)::int from (
      select 1 from approval p where p.agent_id = asked.id and p.status = 'pending' and p.expires_at > now() limit asked.most) as waiting) as count
  from unnest($1::uuid[], $2::int[]) as asked (id, most)`;

/**
 * How many requests of these agents wait, by agent. Until the transaction ends nobody else adds one, also from another
 * server: what is counted here is what a new one is measured against.
 */
export async function lockWaiting(tx: Tx, asking: readonly Asking[]): Promise<Map<string, Waiting>> {
  if (asking.length === 0) return new Map();
  const most = new Map(asking.map((agent) => [agent.agentId, agent.maxWaitingApprovals]));
  const ids = [...most.keys()].sort();
  // Two statements, since the second must see what was committed while the first waited.
  const [, rows] = await Promise.all([
    prepared(tx, { text: takeTurns, values: [ids] }),
    prepared<{ id: string; count: number }>(tx, { text: count, values: [ids, ids.map((id) => most.get(id) ?? 0)] }),
  ]);
  return new Map(rows.map((row) => [row.id, { count: row.count }]));
}

/**
 * Refuses a request of any kind while as many of its agent's wait as its policy lets.
 * @throws AppError `approval_queue_full`.
 */
export async function requireRoom(tx: Tx, asking: Asking): Promise<void> {
  const waiting = await lockWaiting(tx, [asking]);
  if ((waiting.get(asking.agentId)?.count ?? 0) < asking.maxWaitingApprovals) return;
  throw new AppError("approval_queue_full", `${asking.maxWaitingApprovals} requests of this agent wait for a person already.`, { hint: "Wait until people have decided some of them.", extensions: { rule: queueFull } });
}
