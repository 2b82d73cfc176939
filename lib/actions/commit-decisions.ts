import { inArray } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import { isDeadlock, sqlState } from "@/db/error";
import { insertRows } from "@/db/insert-rows";
import { answersTogether, together } from "@/db/together";
import { commitWith, inTenant, prepared, type Statement, type Tx } from "@/db/tenant";
import { appendStatement, auditBody } from "@/lib/audit/append";
import { noteCrossings } from "@/lib/budgets/alert";
import { reservationStatements } from "@/lib/budgets/reservation-statements";
import { lockedWindowsOfKeys, openWindows, windowOf, type OpenWindow, type WindowRow } from "@/lib/budgets/window";
import { isSameKey } from "@/lib/ctx/key";
import { KeyChanged } from "@/lib/ctx/key-changed";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { faultPoint, faultsAreTested } from "@/lib/fault-point";
import { groupCommit, type Outcome } from "@/lib/group-commit";
import { enqueueStatements, sendCommitted, withIds, type OutboxEvent } from "@/lib/jobs/outbox";
import { lockOn, lockOnCaller, locked } from "@/lib/locks/standing";
import { publish } from "@/lib/live/publish";
import { agentRecords, agentsOfKeys, type AgentRecord, type AgentRow, scopesOf } from "./load-agents";
import { judge } from "./judge";
import { plan, type Plan } from "./plan";
import type { Submission } from "./submission";
import { type Books, lockBooks } from "./take";
import { selectActions, type ActionRow } from "./view";

export type Decided = { row: ActionRow; replayed: boolean };

/** Decisions of one organization are written together; see `groupCommit`. */
export const commitDecision = groupCommit<Submission, Decided>({
  name: "decisions",
  maxBatch: 256,
  maxWaiting: 10_000,
  commit: commitBatch,
  // Data that the database refuses, e.g. a number out of range: one item's fault, which the others must not pay for.
  splitOn: (error) => /^2[23]/.test(sqlState(error) ?? ""),
  // Another process stored the same key a moment ago, so that the next look finds its answer; or the two waited for each other.
  againOn: (error) => sqlState(error) === "23505" || isDeadlock(error),
});

async function commitBatch(organizationId: string, batch: readonly Submission[]): Promise<readonly Outcome<Decided>[]> {
  const { outcomes, sent } = await inTenant(database(), organizationId, async (tx) => {
    const { agents, earlier, windows } = await load(tx, batch);
    const plans: Plan[] = [];
    const byKey = new Map<string, Plan>();
    const judged = batch.map((item) => {
      const agent = agents.get(item.ctx.actor.apiKeyId);
      return agent && !earlier.has(`${agent.agentId} ${item.idempotencyKey}`) ? { agent, judgement: judge(item, agent), submission: item } : null;
    });
    const books = await lockBooks(tx, judged.flatMap((one) => one ?? []));
    const outcomes = batch.map((item, at): (() => Outcome<Decided>) => {
      const agent = agents.get(item.ctx.actor.apiKeyId);
      if (item.fromMemory && !isStillGood(item, agent)) return () => failure(new KeyChanged());
      if (!agent) return () => failure(new AppError("unauthenticated", "This API key no longer exists."));
      const key = `${agent.agentId} ${item.idempotencyKey}`;
      const stored = earlier.get(key);
      const lock = stored && lockOn(agent.locks, item.input.tool);
      // An answer from before the lock may say 'go on'.
      if (lock) return () => failure(locked(lock));
      if (stored) return () => replay(item, stored);
      const twin = byKey.get(key);
      if (twin) return () => replay(item, rowOf(twin));
      const judgement = judged[at]?.judgement ?? judge(item, agent);
      const made = plan(item, agent, judgement, covering(agent, windows), books);
      plans.push(made);
      byKey.set(key, made);
      return () => ({ ok: true, value: { row: rowOf(made), replayed: false } });
    });
    const sent = await write(tx, organizationId, plans, books);
    return { outcomes: outcomes.map((outcome) => outcome()), sent };
  }, { planOnce: true, turn: "shared" });
  await faultPoint("decision.committed");
  if (sent.length > 0) sendCommitted(organizationId, sent);
  return outcomes;
}

/** The key is in force, not locked, and says the same of its agent as when it was remembered. */
function isStillGood({ ctx }: Submission, agent: AgentRecord | undefined): boolean {
  return agent !== undefined && !agent.keyRevoked && !agent.keyExpired && agent.agentStatus !== "retired" && !lockOnCaller(agent.locks) && isSameKey(ctx, agent);
}

function failure(error: unknown): Outcome<Decided> {
  return { ok: false, error };
}

function replay(item: Submission, row: ActionRow): Outcome<Decided> {
  if (Buffer.compare(row.requestHash, item.requestHash) === 0) return { ok: true, value: { row, replayed: true } };
  return failure(
    new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request.", {
      hint: "Use a new key for a new request; repeat the same request byte for byte to get its answer again.",
      extensions: { actionId: row.id },
    }),
  );
}

type Loaded = { agents: Map<string, AgentRecord>; earlier: Map<string, ActionRow>; windows: OpenWindow[] };

type Answers = { agents: AgentRow[]; earlier: { id: string }[]; windows: WindowRow[] };

/** Everything that the decisions depend on, the windows locked. */
async function load(tx: Tx, batch: readonly Submission[]): Promise<Loaded> {
  const keys = [...new Set(batch.map((item) => item.ctx.actor.apiKeyId))];
  const reads = { agents: agentsOfKeys(keys), earlier: earlierOf(batch), windows: lockedWindowsOfKeys(keys) };
  const [answers] = await prepared<Answers>(tx, answersTogether(reads));
  if (!answers) throw new Error("a statement of one row gave none");
  const agents = await agentRecords(tx, answers.agents);
  const locked = answers.windows.map(windowOf);
  const earlier = await loadEarlier(tx, answers.earlier.map(({ id }) => id));
  const records = [...agents.values()];
  if (records.every((agent) => covering(agent, locked).length === agent.budgets)) return { agents, earlier, windows: locked };
  return { agents, earlier, windows: await openWindows(tx, [...new Set(records.flatMap(scopesOf))], true) };
}

function covering(agent: AgentRecord, windows: readonly OpenWindow[]): OpenWindow[] {
  const scopes = scopesOf(agent);
  return windows.filter((window) => scopes.includes(window.scopeId));
}

// One look into the unique index for each key. The order, with `planOnce`, which keeps from sorting, makes it the only index
// that will do: a connection plans this when it first needs it, perhaps with few actions stored yet, and would else read all
// of an agent's actions for as long as it keeps that plan.
const earlierText = `
  select found.id from unnest($1::uuid[], $2::text[]) as asked (agent_id, key)
  cross join lateral (
    select a.id, a.idempotency_key from action a where a.agent_id = asked.agent_id and a.idempotency_key >= asked.key
    order by a.organization_id, a.agent_id, a.idempotency_key limit 1) as found
  where found.idempotency_key = asked.key`;

/** The ids of actions that were stored before under the same keys of the same agents. */
function earlierOf(batch: readonly Submission[]): Statement {
  return { text: earlierText, values: [batch.map((item) => item.ctx.actor.id), batch.map((item) => item.idempotencyKey)] };
}

async function loadEarlier(tx: Tx, ids: readonly string[]): Promise<Map<string, ActionRow>> {
  if (ids.length === 0) return new Map();
  const rows = await selectActions(tx, inArray(action.id, [...ids]));
  return new Map(rows.map((row) => [`${row.agentId} ${row.idempotencyKey}`, row]));
}

async function write(tx: Tx, organizationId: string, plans: readonly Plan[], books: Books): Promise<OutboxEvent[]> {
  if (plans.length === 0) return [];
  const alerts = await noteCrossings(tx, organizationId, plans.flatMap((made) => made.crossings.map((crossing) => ({ ...crossing, submission: made.submission }))));
  const send = withIds([...plans.flatMap((made) => made.send), ...alerts.send]);
  const bodies = plans.flatMap((made) => made.audit.map((entry) => auditBody(made.submission.ctx, entry, made.submission.receivedAt)));
  // Each in the name of the agent whose call reached the threshold, which need not be the first of the batch.
  const alertBodies = alerts.audit.flatMap((entry, at) => {
    const submission = alerts.fresh[at]?.submission;
    return submission ? [auditBody(submission.ctx, entry, submission.receivedAt)] : [];
  });
  const approvals = plans.flatMap((made) => made.approval ?? []);
  const rows = [
    insertRows(action, plans.map((made) => made.action)),
    reservationStatements(plans.flatMap((made) => made.reservation ?? [])),
    insertRows(approval, approvals),
    insertRows(run, plans.flatMap((made) => made.run ?? [])),
    books.standing.statements(),
    books.leases.statements(),
    books.rates.statements(),
    enqueueStatements(organizationId, send),
  ].flat();
  if (approvals.length > 0) publish(tx, organizationId, "approvals");
  const statements = together(rows, appendStatement([...bodies, ...alertBodies]));
  if (faultsAreTested) {
    for (const statement of statements.splice(0)) await prepared(tx, statement);
    await faultPoint("decision.written");
  }
  await commitWith(tx, statements);
  return send;
}

function rowOf({ action: made, approval: asked, run: started }: Plan): ActionRow {
  const { arguments: _megabytes, ...row } = made;
  return { ...row, approvalId: asked?.id ?? null, runId: started?.id ?? null };
}
