import type { Change } from "./change";
import { json, jsonBytes } from "./json";
import { maxRunBytes, maxStepBytes, maxSteps } from "./limits";
import type { RunError } from "./protocol";

/** Thrown when the function asks for something the engine does not do; the run fails with this message. */
export class Refusal extends Error {
  override name = "EngineRefusal";
}

/** What a step came to. */
export type StepResult = { data: unknown } | { error: RunError };

/** Remembers a step that the function has asked for. False when it is known already. */
export async function addStep(
  { sql }: Change,
  runId: string,
  step: { id: string; op: string; name?: string | null; displayName?: string | null },
  status: "planned" | "waiting",
  attempt = 0,
): Promise<boolean> {
  const added = await sql`
    INSERT INTO engine.step (run_id, id, op, name, status, attempt)
    SELECT ${runId}, ${step.id}, ${step.op}, ${(step.displayName ?? step.name)?.replaceAll("\0", "") ?? null}, ${status}, ${attempt}
    WHERE (SELECT count(*) FROM engine.step WHERE run_id = ${runId}) < ${maxSteps}
    ON CONFLICT DO NOTHING`;
  if (added.count > 0) return true;
  const [known] = await sql`SELECT FROM engine.step WHERE run_id = ${runId} AND id = ${step.id}`;
  if (!known) throw new Refusal(`A run may not have more than ${maxSteps} steps`);
  return false;
}

/**
 * Writes down what a step of a locked run came to, once: false when that was known before. Throws a Refusal when
 * the result, or all results of the run together, are larger than the engine keeps.
 */
export async function finishStep(
  change: Change,
  run: { id: string },
  stepId: string,
  result: StepResult,
): Promise<boolean> {
  const { sql } = change;
  const failed = "error" in result;
  const bytes = jsonBytes(failed ? result.error : result.data);
  if (bytes > maxStepBytes) {
    throw new Refusal(`The result of a step has ${bytes} bytes; at most ${maxStepBytes} are kept`);
  }
  const [sum] = await sql<{ bytes: string }[]>`SELECT state_bytes + ${bytes} AS bytes FROM engine.run WHERE id = ${run.id}`;
  if (Number(sum?.bytes) > maxRunBytes) {
    throw new Refusal(`The results of the run's steps exceed ${maxRunBytes} bytes`);
  }
  const ended = await sql`
    UPDATE engine.step SET
      status = ${failed ? "failed" : "done"},
      data = ${json(sql, failed ? null : result.data)},
      error = ${json(sql, failed ? result.error : null)},
      ended_seq = nextval('engine.step_ended_seq'),
      ended_at = now()
    WHERE run_id = ${run.id} AND id = ${stepId} AND status IN ('planned', 'waiting')`;
  if (ended.count === 0) return false;
  await sql`UPDATE engine.run SET state_bytes = state_bytes + ${bytes} WHERE id = ${run.id}`;
  return true;
}

