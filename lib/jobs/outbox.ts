import { inTenant, prepared, type Statement, type Tx } from "@/db/tenant";
import { database } from "@/lib/database";
import { faultPoint } from "@/lib/fault-point";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { underWay } from "@/lib/shutdown/under-way";
import type { JobEvent } from "./events";

const batchSize = 100;

/** Puts events beside the change they tell of; they leave after the commit. */
export async function enqueue(tx: Tx, organizationId: string, events: readonly JobEvent[]): Promise<void> {
  if (events.length > 0) await prepared(tx, enqueueStatement(organizationId, events));
}

/** What `enqueue` runs. */
export function enqueueStatement(organizationId: string, events: readonly JobEvent[]): Statement {
  return {
    text: `insert into outbox (organization_id, event_id, name, data)
      select $1::uuid, e.id, e.name, e.data from jsonb_to_recordset($2::jsonb) as e (id uuid, name text, data jsonb)`,
    values: [organizationId, JSON.stringify(events.map((event) => ({ id: newId(), name: event.name, data: event.data })))],
  };
}

const flushing = new Map<string, { again: boolean }>();

/** Wakes the sender without waiting for it; calls while it is at work become one more round. */
export function wakeOutbox(organizationId: string): void {
  const current = flushing.get(organizationId);
  if (current) {
    current.again = true;
    return;
  }
  const state = { again: false };
  flushing.set(organizationId, state);
  void underWay(flushOutbox(organizationId)).finally(() => {
    flushing.delete(organizationId);
    if (state.again) wakeOutbox(organizationId);
  });
}

/**
 * Sends what an organization has waiting, oldest first. An event that was sent but could not be marked is sent again
 * with the same id, which the engine takes once. Never throws: what stays is sent by the sweeper.
 */
export async function flushOutbox(organizationId: string): Promise<void> {
  try {
    while ((await flushBatch(organizationId)) === batchSize);
  } catch (error) {
    log.warn({ err: error, organizationId }, "events wait in the outbox: the job engine did not take them");
  }
}

type Waiting = { id: string; event_id: string; name: string; data: Record<string, unknown> };
const waitingText = "select id, event_id, name, data from outbox where sent_at is null order by id limit $1";

/** No lock is held while the network is used: two senders may send the same event, and the engine takes its id once. */
async function flushBatch(organizationId: string): Promise<number> {
  const rows = await inTenant(database(), organizationId, (tx) => prepared<Waiting>(tx, { text: waitingText, values: [batchSize] }));
  if (rows.length === 0) return 0;
  const { inngest } = await import("./client");
  await faultPoint("outbox.read");
  await inngest.send(rows.map((row) => ({ id: row.event_id, name: row.name, data: row.data })));
  await faultPoint("outbox.sent");
  const ids = rows.map((row) => row.id);
  await inTenant(database(), organizationId, (tx) => prepared(tx, { text: "update outbox set sent_at = now() where id = any($1::bigint[])", values: [ids] }));
  return rows.length;
}

/** Every organization's waiting events, now. */
export async function sweepOutbox(): Promise<void> {
  const rows = await database().sql<{ id: string }[]>`select gate_outbox() as id`;
  for (const row of rows) await flushOutbox(row.id);
}

/** Sends what was left behind, every few seconds, until stopped. */
export function startOutboxSweeper(intervalMs = 2_000): () => void {
  let sweeping = false;
  const timer = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    sweepOutbox()
      .catch((error: unknown) => log.warn({ err: error }, "the outbox could not be swept"))
      .finally(() => (sweeping = false));
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
