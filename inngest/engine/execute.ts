import { faultPoint } from "@/lib/fault-point";
import { applyDiscovery, applyStep } from "./apply";
import { callApp } from "./call";
import { change, type Change, type Engine } from "./change";
import type { Jobs } from "./jobs";
import { retriesOf } from "./registry";
import { endRun, lockRun, type Run, setDiscovery } from "./runs";
import { enqueue, holdsSlots } from "./slots";
import { Refusal } from "./steps";

/**
 * Calls the app once for a run: to discover what comes next, or to run one step. What is due is read in one
 * transaction and what came of it written in another; in between nothing is held. When the engine dies in between,
 * the job is taken up again at the next start and the call repeated: at least once, and its result stored once.
 */
export async function execute(engine: Engine, job: Jobs["execute"]): Promise<void> {
  const call = await change(engine, (current) => prepare(current, job));
  if (!call) return;
  await faultPoint("engine.calling");
  const answer = await callApp(call.url, call.body, engine.signingKey, engine.abort);
  if (answer.kind === "away") engine.log.warn({ runId: job.runId, reason: answer.reason }, "the app is away");
  await faultPoint("engine.called");
  try {
    await change(engine, async (current) => {
      const run = await lockRun(current, job.runId);
      if (!run) return; // cancelled meanwhile: what came of the call no longer matters
      if (job.stepId === "") await applyDiscovery(current, run, answer, job);
      else await applyStep(current, run, job.stepId, answer, job);
    });
    await faultPoint("engine.stored");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await failRun(engine, job.runId, error);
  }
}

/** Ends a run because the engine cannot go on with it. */
export async function failRun(engine: Engine, runId: string, error: Error): Promise<void> {
  await change(engine, async (current) => {
    const run = await lockRun(current, runId);
    if (run) await endRun(current, run, { status: "failed", error: { name: error.name, message: error.message } });
  });
}

interface Call {
  url: URL;
  body: Record<string, unknown>;
}

interface StepRow {
  id: string;
  status: "planned" | "waiting" | "done" | "failed";
  attempt: number;
  data: unknown;
  error: unknown;
}

async function prepare(current: Change, { runId, stepId }: Jobs["execute"]): Promise<Call | undefined> {
  const run = await lockRun(current, runId);
  const config = run && current.engine.registry.findAny(run.function_id);
  if (!run || !config) return undefined;
  const steps = await current.sql<StepRow[]>`
    SELECT id, status, attempt, data, error FROM engine.step WHERE run_id = ${runId} ORDER BY ended_seq, id`;
  const target = steps.find(({ id }) => id === stepId);
  const isDue = stepId === "" ? run.discovery !== "none" : target?.status === "planned";
  if (!isDue) return undefined; // the job outlived its purpose, as after a kill just behind a commit
  if (!(await holdsSlots(current, run, stepId))) {
    await enqueue(current, run, stepId);
    return undefined;
  }
  if (stepId === "") await setDiscovery(current, run, "running");
  const url = new URL(config.steps.step.runtime.url);
  url.searchParams.set("fnId", run.function_id);
  url.searchParams.set("stepId", stepId || "step");
  return { url, body: bodyOf(run, steps, target?.attempt ?? run.attempt, retriesOf(config)) };
}

/** The body of a call, as the SDK's `parseFnData` reads it. */
function bodyOf(run: Run, steps: StepRow[], attempt: number, retries: number): Record<string, unknown> {
  const ended = steps.filter(({ status }) => status === "done" || status === "failed");
  const results = ended.map(({ id, status, data, error }) => [
    id,
    status === "done" ? { type: "data", data: data ?? null } : { type: "error", error },
  ]);
  return {
    version: 2,
    event: run.event,
    events: [run.event],
    steps: Object.fromEntries(results),
    ctx: {
      run_id: run.id,
      fn_id: run.function_id,
      attempt,
      max_attempts: retries + 1,
      // A step may run at once only when no other is under way, or it could be run twice.
      disable_immediate_execution: ended.length < steps.length,
      use_api: false,
      stack: { stack: ended.map(({ id }) => id), current: ended.length },
    },
  };
}
