import type { Answer } from "./call";
import type { Change } from "./change";
import { addJob, type Jobs, timerKey } from "./jobs";
import { maxOutageMs } from "./limits";
import { Operation, type RunError, toRunError } from "./protocol";
import { retriesOf } from "./registry";
import { createRun, endRun, type Run, setDiscovery, wake } from "./runs";
import { enqueue, releaseSlots } from "./slots";
import { addStep, finishStep, Refusal } from "./steps";
import { outageRetryAt, parseDue, retryAt } from "./time";
import { addWait } from "./waits";

/** Writes down what came of calling a locked run's function to discover its next steps. */
export async function applyDiscovery(
  change: Change,
  run: Run,
  answer: Answer,
  job: Jobs["execute"],
): Promise<void> {
  if (answer.kind === "away") return await postpone(change, run, answer.reason, job);
  await releaseSlots(change, run.id, "");
  if (answer.kind === "returned") {
    await endRun(change, run, { status: "completed", output: answer.value });
  } else if (answer.kind === "threw") {
    await retryDiscovery(change, run, answer);
  } else {
    const isAgain = run.discovery === "again";
    await setDiscovery(change, run, "none");
    await change.sql`UPDATE engine.run SET attempt = 0 WHERE id = ${run.id}`;
    for (const operation of readOperations(answer.operations)) {
      await applyOperation(change, run, operation, answer.retryAt);
    }
    if (isAgain) await wake(change, run);
    await requireProgress(change, run);
  }
}

/** Writes down what came of calling a locked run's function to run one step. */
export async function applyStep(
  change: Change,
  run: Run,
  stepId: string,
  answer: Answer,
  job: Jobs["execute"],
): Promise<void> {
  if (answer.kind === "away") return await postpone(change, run, answer.reason, job);
  await releaseSlots(change, run.id, stepId);
  if (answer.kind === "returned") {
    // What is remembered by now suffices for the function to end without this step, as after a race.
    await endRun(change, run, { status: "completed", output: answer.value });
  } else if (answer.kind === "threw") {
    if (answer.isFinal || !(await retryStep(change, run, stepId, answer.retryAt))) {
      await endRun(change, run, { status: "failed", error: answer.error });
    }
  } else {
    const operation = readOperations(answer.operations).find(({ id }) => id === stepId);
    if (!operation) throw new Refusal(`The app was asked for step ${stepId} and answered with others`);
    await applyOperation(change, run, operation, answer.retryAt);
  }
}

function readOperations(raw: unknown[]): Operation[] {
  return raw.map((item) => {
    const parsed = Operation.safeParse(item);
    if (parsed.success) return parsed.data;
    const name = typeof item === "object" && item !== null && "op" in item ? String(item.op) : "?";
    throw new Refusal(`The operation "${name}" is not supported by this engine: ${parsed.error.issues[0]?.message ?? ""}`);
  });
}

async function applyOperation(change: Change, run: Run, operation: Operation, retryAfter?: Date): Promise<void> {
  switch (operation.op) {
    case "StepRun":
    case "Step":
      await addStep(change, run.id, operation, "planned");
      if (await finishStep(change, run, operation.id, { data: operation.data ?? null })) await wake(change, run);
      return;
    case "StepFailed":
      return await failStep(change, run, operation, toRunError(operation.error));
    case "StepError":
      await addStep(change, run.id, operation, "planned", run.attempt);
      if (!(await retryStep(change, run, operation.id, retryAfter))) {
        await failStep(change, run, operation, toRunError(operation.error));
      }
      return;
    case "StepPlanned":
      if (await addStep(change, run.id, operation, "planned")) await enqueue(change, run, operation.id);
      return;
    case "Sleep":
      if (await addStep(change, run.id, operation, "waiting")) await startTimer(change, run, operation.id, operation.name);
      return;
    case "WaitForEvent":
      if (await addStep(change, run.id, operation, "waiting")) await startWait(change, run, operation);
      return;
    case "InvokeFunction":
      if (await addStep(change, run.id, operation, "waiting")) await invoke(change, run, operation);
  }
}

async function failStep(change: Change, run: Run, operation: Operation, error: RunError): Promise<void> {
  await addStep(change, run.id, operation, "planned");
  if (await finishStep(change, run, operation.id, { error })) await wake(change, run);
}

async function startTimer(change: Change, run: Run, stepId: string, until: string): Promise<Date> {
  const runAt = orRefuse(() => parseDue(until));
  await addJob(change, "timer", { runId: run.id, stepId }, { key: timerKey(run.id, stepId), runAt });
  return runAt;
}

async function startWait(
  change: Change,
  run: Run,
  operation: Extract<Operation, { op: "WaitForEvent" }>,
): Promise<void> {
  const { id: stepId, name: eventName, opts } = operation;
  const expiresAt = await startTimer(change, run, stepId, opts.timeout);
  try {
    await addWait(change, { runId: run.id, stepId, eventName, condition: opts.if, event: run.event, expiresAt });
  } catch (error) {
    throw error instanceof Error && /expression/i.test(error.message) ? new Refusal(error.message) : error;
  }
}

async function invoke(
  change: Change,
  run: Run,
  { id: stepId, opts }: Extract<Operation, { op: "InvokeFunction" }>,
): Promise<void> {
  const config = change.engine.registry.find(opts.function_id);
  if (!config) throw new Refusal(`The function "${opts.function_id}" that is invoked is not registered`);
  if (opts.timeout) await startTimer(change, run, stepId, opts.timeout);
  const id = `${run.id}:${stepId}`;
  const event = { id, name: "inngest/function.invoked", data: opts.payload?.data ?? {}, ts: Date.now() };
  await createRun(change, config, event, id, { runId: run.id, stepId });
}

function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}

/** Books the next attempt of a step. False when it has had all its attempts. */
async function retryStep(change: Change, run: Run, stepId: string, retryAfter?: Date): Promise<boolean> {
  const { engine, sql } = change;
  const config = engine.registry.findAny(run.function_id);
  const [step] = await sql<{ attempt: number }[]>`
    UPDATE engine.step SET attempt = attempt + 1
    WHERE run_id = ${run.id} AND id = ${stepId} AND status = 'planned' RETURNING attempt`;
  if (!step || !config || step.attempt > retriesOf(config)) return false;
  await enqueue(change, run, stepId, retryAfter ?? retryAt(step.attempt, engine.retryBaseMs));
  return true;
}

async function retryDiscovery(
  change: Change,
  run: Run,
  { error, isFinal, retryAt: retryAfter }: Extract<Answer, { kind: "threw" }>,
): Promise<void> {
  const { engine, sql } = change;
  const config = engine.registry.findAny(run.function_id);
  const attempt = run.attempt + 1;
  if (isFinal || !config || attempt > retriesOf(config)) {
    return await endRun(change, run, { status: "failed", error });
  }
  await sql`UPDATE engine.run SET attempt = ${attempt} WHERE id = ${run.id}`;
  await setDiscovery(change, run, "queued");
  await enqueue(change, run, "", retryAfter ?? retryAt(attempt, engine.retryBaseMs));
}

/**
 * Asks an app again that did not answer; it does not count as an attempt, since the app may just be restarting. The
 * execution keeps its concurrency places, so that the order of runs stays.
 */
async function postpone(change: Change, run: Run, reason: string, job: Jobs["execute"]): Promise<void> {
  const { since, tries } = job.outage ?? { since: Date.now(), tries: 0 };
  if (Date.now() - since > maxOutageMs) {
    const message = `The app has been away for more than ${maxOutageMs / 3600_000} hours: ${reason}`;
    return await endRun(change, run, { status: "failed", error: { name: "AppAwayError", message } });
  }
  const { runId, stepId } = job;
  if (stepId === "") await setDiscovery(change, run, "queued");
  const key = `execute:${runId}:${stepId}`;
  const payload = { runId, stepId, outage: { since, tries: tries + 1 } };
  await addJob(change, "execute", payload, { key, runAt: outageRetryAt(tries) });
}

/** A run that neither has a step under way nor is to be called again would never end. */
async function requireProgress({ sql }: Change, run: Run): Promise<void> {
  if (run.status !== "running" || run.discovery !== "none") return;
  const [open] = await sql`
    SELECT FROM engine.step WHERE run_id = ${run.id} AND status IN ('planned', 'waiting') LIMIT 1`;
  if (!open) throw new Refusal("The function neither returned nor asked for a new step");
}
