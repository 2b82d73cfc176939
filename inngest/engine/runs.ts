import type { Change } from "./change";
import { parseDue } from "./time";
import { ulid } from "./identifiers";
import { addJob, removeTimer } from "./jobs";
import { json } from "./json";
import type { EngineEvent, FunctionConfig, RunError } from "./protocol";
import { enqueue, releaseSlots, type Slot, slotsOf } from "./slots";
import { finishStep, Refusal, type StepResult } from "./steps";
import { addWait } from "./waits";

/** A run that is locked by the current change. */
export interface Run {
  id: string;
  seq: string;
  function_id: string;
  event: EngineEvent;
  slots: Slot[];
  status: "running" | "completed" | "failed" | "cancelled";
  discovery: "none" | "queued" | "running" | "again";
  attempt: number;
  state_bytes: string;
  parent_run_id: string | null;
  parent_step_id: string | null;
}

/** Locks a run that has not ended. Undefined when it has, or is not there. */
export async function lockRun({ sql }: Change, runId: string): Promise<Run | undefined> {
  const [run] = await sql<Run[]>`
    SELECT id, seq, function_id, event, slots, status, discovery, attempt, state_bytes, parent_run_id, parent_step_id
    FROM engine.run WHERE id = ${runId} AND status = 'running' FOR UPDATE`;
  return run;
}

/** Starts a run of a function for an event; one whose `ts` lies ahead starts then. Returns the run's id. */
export async function createRun(
  change: Change,
  config: FunctionConfig,
  event: EngineEvent,
  eventId: string,
  parent?: { runId: string; stepId: string },
): Promise<string> {
  const { sql } = change;
  const id = ulid();
  const slots = slotsOf(config, event);
  const [row] = await sql<{ seq: string }[]>`
    INSERT INTO engine.run (id, function_id, event_id, event, slots, discovery, parent_run_id, parent_step_id)
    VALUES (${id}, ${config.id}, ${eventId}, ${json(sql, event)}, ${json(sql, slots)}, 'queued',
      ${parent?.runId ?? null}, ${parent?.stepId ?? null})
    RETURNING seq`;
  for (const { event: name, if: condition, timeout } of config.cancel) {
    const expiresAt = timeout ? parseDue(timeout) : null;
    await addWait(change, { runId: id, stepId: null, eventName: name, condition, event, expiresAt });
  }
  const startAt = event.ts > Date.now() + 1000 ? new Date(event.ts) : undefined;
  await enqueue(change, { id, seq: row?.seq ?? "0", slots }, "", startAt);
  return id;
}

/** Makes the function of a locked run be called again, once, however often it is asked for. */
export async function wake(change: Change, run: Run): Promise<void> {
  if (run.discovery === "queued" || run.discovery === "again") return;
  const isUnderWay = run.discovery === "running";
  await setDiscovery(change, run, isUnderWay ? "again" : "queued");
  if (!isUnderWay) await enqueue(change, run, "");
}

/** Records what the next call of a locked run's function waits for. */
export async function setDiscovery({ sql }: Change, run: Run, discovery: Run["discovery"]): Promise<void> {
  run.discovery = discovery;
  await sql`UPDATE engine.run SET discovery = ${discovery} WHERE id = ${run.id}`;
}

/** How a run ended. */
export type Ending =
  | { status: "completed"; output: unknown }
  | { status: "failed"; error: RunError }
  | { status: "cancelled" };

/** Ends a locked run: tells its parent, announces a failure or a cancellation, and frees what it held. */
export async function endRun(change: Change, run: Run, ending: Ending): Promise<void> {
  const { sql } = change;
  const output = ending.status === "completed" ? ending.output : null;
  const error = ending.status === "failed" ? ending.error : null;
  await sql`
    UPDATE engine.run SET status = ${ending.status}, discovery = 'none', ended_at = now(),
      output = ${json(sql, output)}, error = ${json(sql, error)}
    WHERE id = ${run.id}`;
  run.status = ending.status;
  await sql`DELETE FROM engine.wait WHERE run_id = ${run.id}`;
  const waiting = await sql<{ id: string }[]>`SELECT id FROM engine.step WHERE run_id = ${run.id} AND status = 'waiting'`;
  for (const { id } of waiting) await removeTimer(change, run.id, id);
  await releaseSlots(change, run.id);
  await announceEnding(change, run, ending);
  await tellParent(change, run, ending);
}

/** The events that Inngest sends when a run fails or is cancelled; `onFailure` handlers live on the first. */
async function announceEnding(change: Change, run: Run, ending: Ending): Promise<void> {
  if (ending.status === "completed") return;
  const error = ending.status === "failed" ? ending.error : { name: "Error", message: "function cancelled" };
  const data = { function_id: run.function_id, run_id: run.id, event: run.event, events: [run.event], error };
  await addJob(change, "announce", { name: `inngest/function.${ending.status}`, data });
}

async function tellParent(change: Change, run: Run, ending: Ending): Promise<void> {
  if (!run.parent_run_id || !run.parent_step_id) return;
  const parent = await lockRun(change, run.parent_run_id);
  if (!parent) return;
  const result =
    ending.status === "completed"
      ? { data: ending.output }
      : { error: ending.status === "failed" ? ending.error : { name: "Error", message: "The invoked run was cancelled" } };
  await resumeStep(change, parent, run.parent_step_id, result);
}

/** Ends a step of a locked run that slept or waited, and has the function called again. */
export async function resumeStep(change: Change, run: Run, stepId: string, result: StepResult): Promise<void> {
  await change.sql`DELETE FROM engine.wait WHERE run_id = ${run.id} AND step_id = ${stepId}`;
  await removeTimer(change, run.id, stepId);
  try {
    if (await finishStep(change, run, stepId, result)) await wake(change, run);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await endRun(change, run, { status: "failed", error: { name: error.name, message: error.message } });
  }
}
