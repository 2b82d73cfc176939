import type { Change } from "./change";
import { keyValue } from "./expression";
import { addJob } from "./jobs";
import type { EngineEvent, FunctionConfig } from "./protocol";

/** A concurrency key with its value for one run, and how many executions may hold it at once. */
export interface Slot {
  key: string;
  places: number;
}

/** An execution: a run, and the step to run, or '' to discover steps. */
export interface Execution {
  runId: string;
  stepId: string;
}

/** The concurrency keys under which a run of this function for this event executes. */
export function slotsOf(config: FunctionConfig, event: EngineEvent): Slot[] {
  return config.concurrency.map(({ limit, key, scope = "fn" }, index) => {
    const value = key ? keyValue(key, event) : "";
    const space = scope === "fn" ? `fn:${config.id}:${index}` : `${scope}:${key ?? ""}`;
    return { key: `${space}:${value}`, places: limit };
  });
}

/**
 * Makes an execution due. Like Inngest, concurrency counts executions, not runs: one that sleeps or waits holds no
 * place. Places are asked for here, not when the job starts, so that executions get them in the order of their runs.
 */
export async function enqueue(
  change: Change,
  run: { id: string; seq: string; slots: Slot[] },
  stepId: string,
  runAt?: Date,
): Promise<void> {
  if (run.slots.length === 0 || runAt) {
    return await addExecution(change, { runId: run.id, stepId }, runAt);
  }
  for (const { key, places } of run.slots) {
    await change.sql`
      INSERT INTO engine.slot (key, run_id, step_id, seq, places)
      VALUES (${key}, ${run.id}, ${stepId}, ${run.seq}, ${places})
      ON CONFLICT DO NOTHING`;
    change.touchedKeys.add(key);
  }
}

/** Whether an execution may go on: it needs no place, or has been given one. */
export async function holdsSlots(
  { sql }: Change,
  run: { id: string; slots: Slot[] },
  stepId: string,
): Promise<boolean> {
  if (run.slots.length === 0) return true;
  const [held] = await sql`
    SELECT FROM engine.slot WHERE run_id = ${run.id} AND step_id = ${stepId} AND granted LIMIT 1`;
  return held !== undefined;
}

/** Gives back the places of one execution, or of all of a run's. */
export async function releaseSlots(change: Change, runId: string, stepId?: string): Promise<void> {
  const { sql } = change;
  const released = await sql<{ key: string }[]>`
    DELETE FROM engine.slot
    WHERE run_id = ${runId} ${stepId === undefined ? sql`` : sql`AND step_id = ${stepId}`}
    RETURNING key`;
  for (const { key } of released) change.touchedKeys.add(key);
}

/**
 * Grants free places of the touched keys, earliest run first. An execution is granted all its keys at once or none,
 * so two executions never hold what the other needs. One lock makes all grants follow one another.
 */
export async function settleSlots(change: Change): Promise<void> {
  const { sql, touchedKeys } = change;
  if (touchedKeys.size === 0) return;
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('engine.slot', 0))`;
  for (const key of touchedKeys) {
    const heads = await sql<{ run_id: string; step_id: string }[]>`
      SELECT run_id, step_id FROM engine.slot WHERE key = ${key} AND NOT granted ORDER BY seq, id
      LIMIT (
        SELECT greatest(0,
          coalesce((SELECT places FROM engine.slot WHERE key = ${key} AND NOT granted ORDER BY seq, id LIMIT 1), 0)
          - (SELECT count(*) FROM engine.slot WHERE key = ${key} AND granted)))`;
    for (const head of heads) await grant(change, { runId: head.run_id, stepId: head.step_id });
  }
}

async function grant(change: Change, execution: Execution): Promise<void> {
  const { sql } = change;
  const granted = await sql`
    UPDATE engine.slot SET granted = true
    WHERE run_id = ${execution.runId} AND step_id = ${execution.stepId} AND NOT EXISTS (
      SELECT FROM engine.slot AS mine
      WHERE mine.run_id = ${execution.runId} AND mine.step_id = ${execution.stepId}
      AND mine.places <= (SELECT count(*) FROM engine.slot AS held WHERE held.key = mine.key AND held.granted)
    )`;
  if (granted.count > 0) await addExecution(change, execution);
}

async function addExecution(change: Change, { runId, stepId }: Execution, runAt?: Date): Promise<void> {
  await addJob(change, "execute", { runId, stepId }, { key: `execute:${runId}:${stepId}`, runAt });
}
