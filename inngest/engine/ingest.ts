import type { Change } from "./change";
import { matchesTrigger, keyValue } from "./expression";
import { ulid } from "./identifiers";
import { json } from "./json";
import { dedupeMs } from "./limits";
import type { EngineEvent, FunctionConfig, IncomingEvent } from "./protocol";
import { createRun, endRun, lockRun, resumeStep } from "./runs";
import { findWaits, takeWait } from "./waits";

/**
 * Takes in an event: stores it, resumes the waits it meets, cancels the runs it cancels, starts the functions it
 * triggers. An event whose key has been seen in the last 24 hours changes nothing. Returns the id of the event, or
 * of the one it repeats.
 */
export async function ingest(change: Change, incoming: IncomingEvent, sendKey?: string): Promise<string> {
  const { sql } = change;
  const id = ulid();
  const key = incoming.id ? `event:${incoming.id}` : sendKey;
  const repeated = key ? await firstResult(change, key, id) : undefined;
  if (repeated) return repeated;
  const event: EngineEvent = {
    id: incoming.id || id,
    name: incoming.name,
    data: incoming.data ?? {},
    ts: incoming.ts ?? Date.now(),
    ...(incoming.user === undefined ? {} : { user: incoming.user }),
    ...(incoming.v ? { v: incoming.v } : {}),
    ...(incoming.meta === undefined ? {} : { meta: incoming.meta }),
  };
  await sql`INSERT INTO engine.event (id, name, payload) VALUES (${id}, ${event.name}, ${json(sql, event)})`;
  await resume(change, event);
  for (const config of change.engine.registry.active()) {
    if (isTriggered(config, event) && !(await isRepeatedRun(change, config, event))) {
      await createRun(change, config, event, id);
    }
  }
  return id;
}

/** Claims a key for 24 hours. Returns what it was claimed with before, if it was. */
export async function firstResult({ sql }: Change, key: string, result: string): Promise<string | undefined> {
  const [claimed] = await sql`
    INSERT INTO engine.seen (key, result, expires_at) VALUES (${key}, ${result}, ${new Date(Date.now() + dedupeMs)})
    ON CONFLICT (key) DO UPDATE SET result = excluded.result, expires_at = excluded.expires_at
      WHERE engine.seen.expires_at < now()
    RETURNING key`;
  if (claimed) return undefined;
  const [first] = await sql<{ result: string }[]>`SELECT result FROM engine.seen WHERE key = ${key}`;
  return first?.result;
}

async function resume(change: Change, event: EngineEvent): Promise<void> {
  for (const wait of await findWaits(change, event)) {
    const run = await lockRun(change, wait.run_id);
    if (!run || !(await takeWait(change, wait))) continue;
    if (wait.step_id === null) await endRun(change, run, { status: "cancelled" });
    else await resumeStep(change, run, wait.step_id, { data: event });
  }
}

function isTriggered(config: FunctionConfig, event: EngineEvent): boolean {
  return config.triggers.some(
    (trigger) =>
      "event" in trigger &&
      trigger.event === event.name &&
      (!trigger.expression || matchesTrigger(trigger.expression, event)),
  );
}

async function isRepeatedRun(change: Change, config: FunctionConfig, event: EngineEvent): Promise<boolean> {
  if (!config.idempotency) return false;
  const key = `idempotency:${config.id}:${keyValue(config.idempotency, event)}`;
  return (await firstResult(change, key, event.id)) !== undefined;
}
