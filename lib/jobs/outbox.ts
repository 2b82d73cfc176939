import { isDatabaseAway } from "@/db/error";
import { inTenant, prepared, type Statement } from "@/db/tenant";
import { database } from "@/lib/database";
import { faultPoint } from "@/lib/fault-point";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { partIsAway, partIsBack } from "@/lib/outage";
import { underWay } from "@/lib/shutdown/under-way";
import type { JobEvent } from "./events";

const batchSize = 100;

/** An event with the id by which the engine takes it once. */
export type OutboxEvent = JobEvent & { id: string };

/** Gives events their ids. */
export function withIds(events: readonly JobEvent[]): OutboxEvent[] {
  return events.map((event) => ({ ...event, id: newId() }));
}

/** Puts events beside the change they tell of; they leave after the commit. */
export function enqueueStatements(organizationId: string, events: readonly OutboxEvent[]): Statement[] {
  if (events.length === 0) return [];
  return [
    {
      text: `insert into outbox (organization_id, event_id, name, data)
        select $1::uuid, e.id, e.name, e.data from jsonb_to_recordset($2::jsonb) as e (id uuid, name text, data jsonb)`,
      values: [organizationId, JSON.stringify(events)],
    },
  ];
}

const flushing = new Map<string, { again: boolean }>();

/**
 * Sends events whose change was committed just now, without waiting for it and without reading them again: a person who
 * decided waits for what follows. Those that come while others of their organization are on their way are read from the
 * outbox and leave together.
 */
export function sendCommitted(organizationId: string, events: readonly OutboxEvent[]): void {
  const current = flushing.get(organizationId);
  if (current) {
    current.again = true;
    return;
  }
  const state = { again: false };
  flushing.set(organizationId, state);
  const work = async () => {
    await patiently(organizationId, () => send(organizationId, events));
    while (state.again) {
      state.again = false;
      await flushOutbox(organizationId);
    }
    // In the same turn as the last look at `again`, so that nobody's call falls in between.
    flushing.delete(organizationId);
  };
  void underWay(work());
}

/**
 * Sends what an organization has waiting, oldest first. An event that was sent but could not be marked is sent again
 * with the same id, which the engine takes once. Never throws: what stays is sent by the sweeper.
 */
export async function flushOutbox(organizationId: string): Promise<void> {
  await patiently(organizationId, async () => {
    while ((await flushBatch(organizationId)) === batchSize);
  });
}

async function patiently(organizationId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    partIsAway(isDatabaseAway(error) ? "database" : "job engine", error, { organizationId });
  }
}

const waitingText = "select event_id as id, name, data from outbox where sent_at is null order by outbox.id limit $1";
const sentText = "update outbox set sent_at = now() where sent_at is null and event_id = any($1::uuid[])";

async function flushBatch(organizationId: string): Promise<number> {
  const events = await inTenant(database(), organizationId, (tx) => prepared<OutboxEvent>(tx, { text: waitingText, values: [batchSize] }));
  if (events.length > 0) await send(organizationId, events);
  return events.length;
}

/** No lock is held while the network is used: two senders may send the same event, and the engine takes its id once. */
async function send(organizationId: string, events: readonly OutboxEvent[]): Promise<void> {
  const { inngest } = await import("./client");
  await faultPoint("outbox.read");
  await inngest.send(events.map(({ id, name, data }) => ({ id, name, data })));
  partIsBack("job engine");
  await faultPoint("outbox.sent");
  await inTenant(database(), organizationId, (tx) => prepared(tx, { text: sentText, values: [events.map(({ id }) => id)] }));
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
      .then(() => partIsBack("database"))
      .catch((error: unknown) => (isDatabaseAway(error) ? partIsAway("database", error) : log.warn({ err: error }, "the outbox could not be swept")))
      .finally(() => (sweeping = false));
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
