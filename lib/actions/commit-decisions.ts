import { and, getTableName, inArray, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { action, approval } from "@/db/schema/action";
import { reservation } from "@/db/schema/budget";
import { run } from "@/db/schema/run";
import { sqlState } from "@/db/error";
import { inTenant, type Tx } from "@/db/tenant";
import { appendAudit, auditBody } from "@/lib/audit/append";
import { noteCrossings } from "@/lib/budgets/alert";
import { openWindows } from "@/lib/budgets/window";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { faultPoint } from "@/lib/fault-point";
import { groupCommit, type Outcome } from "@/lib/group-commit";
import { enqueue, wakeOutbox } from "@/lib/jobs/outbox";
import { publish } from "@/lib/live/publish";
import { loadAgents } from "./load-agents";
import { plan, type Plan } from "./plan";
import type { Submission } from "./submission";
import { selectActions, type ActionRow } from "./view";

export type Decided = { row: ActionRow; replayed: boolean };

/** Decisions of one organization are written together; see `groupCommit`. */
export const commitDecision = groupCommit<Submission, Decided>({
  maxBatch: 256,
  maxWaiting: 10_000,
  commit: commitBatch,
  // Data that the database refuses, e.g. a number out of range: one item's fault, which the others must not pay for.
  splitOn: (error) => /^2[23]/.test(sqlState(error) ?? ""),
});

async function commitBatch(organizationId: string, batch: readonly Submission[]): Promise<readonly Outcome<Decided>[]> {
  const { outcomes, sent } = await inTenant(database(), organizationId, async (tx) => {
    // Statements that do not wait for one another's answer are sent together: the transaction is as long as its round trips.
    const [agents, earlier] = await Promise.all([loadAgents(tx, batch.map((item) => item.ctx.actor.apiKeyId)), loadEarlier(tx, batch)]);
    const scopes = new Set([organizationId, ...[...agents.values()].flatMap((agent) => [agent.workspaceId, agent.projectId, agent.agentId])]);
    const windows = await openWindows(tx, [...scopes], true);
    const plans: Plan[] = [];
    const byKey = new Map<string, Plan>();
    const outcomes = batch.map((item): (() => Outcome<Decided>) => {
      const agent = agents.get(item.ctx.actor.apiKeyId);
      if (!agent) return () => failure(new AppError("unauthenticated", "This API key no longer exists."));
      const key = `${agent.agentId} ${item.idempotencyKey}`;
      const stored = earlier.get(key);
      if (stored) return () => replay(item, stored);
      const twin = byKey.get(key);
      if (twin) return () => replay(item, rowOf(twin));
      const covering = windows.filter((window) => [organizationId, agent.workspaceId, agent.projectId, agent.agentId].includes(window.scopeId));
      const made = plan(item, agent, covering);
      plans.push(made);
      byKey.set(key, made);
      return () => ({ ok: true, value: { row: rowOf(made), replayed: false } });
    });
    const sent = await write(tx, organizationId, plans);
    await faultPoint("decision.written");
    return { outcomes: outcomes.map((outcome) => outcome()), sent };
  });
  await faultPoint("decision.committed");
  if (sent) wakeOutbox(organizationId);
  return outcomes;
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

async function loadEarlier(tx: Tx, batch: readonly Submission[]): Promise<Map<string, ActionRow>> {
  const rows = await selectActions(
    tx,
    and(
      inArray(action.agentId, [...new Set(batch.map((item) => item.ctx.actor.id))]),
      inArray(action.idempotencyKey, [...new Set(batch.map((item) => item.idempotencyKey))]),
    ),
  );
  return new Map(rows.map((row) => [`${row.agentId} ${row.idempotencyKey}`, row]));
}

async function write(tx: Tx, organizationId: string, plans: readonly Plan[]): Promise<boolean> {
  if (plans.length === 0) return false;
  const alerts = await noteCrossings(tx, organizationId, plans.flatMap((made) => made.crossings.map((crossing) => ({ ...crossing, submission: made.submission }))));
  const send = [...plans.flatMap((made) => made.send), ...alerts.send];
  const bodies = plans.flatMap((made) => made.audit.map((entry) => auditBody(made.submission.ctx, entry, made.submission.receivedAt)));
  // Each in the name of the agent whose call reached the threshold, which need not be the first of the batch.
  const alertBodies = alerts.audit.flatMap((entry, at) => {
    const submission = alerts.fresh[at]?.submission;
    return submission ? [auditBody(submission.ctx, entry, submission.receivedAt)] : [];
  });
  await Promise.all([
    insertRows(tx, action, plans.map((made) => made.action)),
    insertRows(tx, reservation, plans.flatMap((made) => made.reservation ?? [])),
    insertRows(tx, approval, plans.flatMap((made) => made.approval ?? [])),
    insertRows(tx, run, plans.flatMap((made) => made.run ?? [])),
    reserveInWindows(tx, plans),
    enqueue(tx, organizationId, send),
    plans.some((made) => made.approval) ? publish(tx, organizationId, "approvals") : null,
    appendAudit(tx, [...bodies, ...alertBodies]),
  ]);
  return send.length > 0;
}

/** One statement per table however many rows: the rows travel as one JSON text and Postgres takes them apart. */
async function insertRows(tx: Tx, table: PgTable, rows: readonly object[]): Promise<void> {
  const first = rows[0];
  if (!first) return;
  const name = sql.raw(getTableName(table));
  const columns = sql.raw(Object.keys(first).map(snakeCase).join(", "));
  const records = rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [snakeCase(key), Buffer.isBuffer(value) ? `\\x${value.toString("hex")}` : value])));
  await tx.execute(sql`
    insert into ${name} (${columns}) select ${columns} from json_populate_recordset(null::${name}, ${JSON.stringify(records)}::json)`);
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

async function reserveInWindows(tx: Tx, plans: readonly Plan[]): Promise<void> {
  const sums = new Map<string, number>();
  for (const { reservation: held } of plans) {
    for (const id of held?.windowIds ?? []) sums.set(id, (sums.get(id) ?? 0) + (held?.amountMicros ?? 0));
  }
  if (sums.size === 0) return;
  await tx.execute(sql`
    update budget_window w set reserved_micros = w.reserved_micros + added.amount
    from unnest(${sql.param([...sums.keys()])}::uuid[], ${sql.param([...sums.values()])}::bigint[]) as added (id, amount)
    where w.id = added.id`);
}

function rowOf({ action: made, approval: asked, run: started }: Plan): ActionRow {
  const { arguments: _megabytes, ...row } = made;
  return { ...row, approvalId: asked?.id ?? null, runId: started?.id ?? null };
}
