import { Logger, run, runMigrations, type Runner, type Task } from "graphile-worker";
import { type Engine, change } from "./change";
import { tick } from "./cron";
import { execute, failRun } from "./execute";
import { ingest } from "./ingest";
import type { Jobs } from "./jobs";
import { deleteExpired } from "./retention";
import { lockRun, resumeStep } from "./runs";

/** After so many failures of the engine itself with one execution, its run fails instead of being tried for ever. */
const maxEngineFailures = 8;

/** Creates graphile-worker's tables, or brings them up to date. */
export async function migrateJobs(engine: Engine, databaseUrl: string): Promise<void> {
  await runMigrations({ connectionString: databaseUrl, logger: loggerFor(engine) });
}

/**
 * Frees the jobs that a killed engine held, and lets failed ones be tried at once. There is one engine only, so
 * whatever is locked when it starts belongs to a dead one.
 */
export async function recoverJobs({ sql }: Engine): Promise<void> {
  await sql`
    SELECT FROM graphile_worker.force_unlock_workers(
      (SELECT array_agg(DISTINCT locked_by) FROM graphile_worker.jobs WHERE locked_by IS NOT NULL))`;
  await sql`
    SELECT FROM graphile_worker.reschedule_jobs(
      (SELECT array_agg(id) FROM graphile_worker.jobs WHERE attempts BETWEEN 1 AND max_attempts - 1),
      run_at => now(), attempts => 0)`;
  // A job that was replaced while it ran has spent its attempts and lost its key; its work is done.
  await sql`
    SELECT FROM graphile_worker.complete_jobs(
      (SELECT array_agg(id) FROM graphile_worker.jobs WHERE attempts >= max_attempts AND key IS NULL))`;
}

/** Starts taking jobs. New ones are noticed at once (LISTEN/NOTIFY), those due later by polling. */
export async function startWorker(
  engine: Engine,
  options: { databaseUrl: string; concurrency: number; pollIntervalMs: number; graceMs: number },
): Promise<Runner> {
  return await run({
    connectionString: options.databaseUrl,
    concurrency: options.concurrency,
    maxPoolSize: 10,
    pollInterval: options.pollIntervalMs,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: options.graceMs + 5000,
    crontab: "17 * * * * retention",
    logger: loggerFor(engine),
    taskList: tasks(engine),
  });
}

function tasks(engine: Engine): Record<keyof Jobs | "retention", Task> {
  return {
    execute: async (payload, { job }) => {
      const due = payload as Jobs["execute"];
      try {
        await execute(engine, due);
      } catch (error) {
        engine.log.error({ err: error, runId: due.runId, stepId: due.stepId }, "an execution failed in the engine");
        if (job.attempts < maxEngineFailures) throw error;
        await failRun(engine, due.runId, error instanceof Error ? error : new Error(String(error)));
      }
    },
    timer: async (payload) => {
      const { runId, stepId } = payload as Jobs["timer"];
      await change(engine, async (current) => {
        const locked = await lockRun(current, runId);
        if (locked) await resumeStep(current, locked, stepId, await timerResult(current, runId, stepId));
      });
    },
    cron: async (payload, { job }) => {
      const { functionId, expression } = payload as Jobs["cron"];
      await change(engine, (current) => tick(current, functionId, expression, job.run_at));
    },
    announce: async (payload) => {
      const { name, data } = payload as Jobs["announce"];
      await change(engine, (current) => ingest(current, { name, data }));
    },
    retention: () => deleteExpired(engine.sql, engine.retentionDays),
  };
}

/** A sleep and a wait end with null; an invocation that takes too long is an error. */
async function timerResult({ sql }: Parameters<typeof lockRun>[0], runId: string, stepId: string) {
  const [step] = await sql<{ op: string }[]>`SELECT op FROM engine.step WHERE run_id = ${runId} AND id = ${stepId}`;
  if (step?.op !== "InvokeFunction") return { data: null };
  return { error: { name: "InngestInvokeTimeoutError", message: "The invoked function did not end in time" } };
}

function loggerFor({ log }: Engine): Logger {
  return new Logger(() => (level, message) => {
    if (level === "error" || level === "warning") log.warn({ source: "graphile-worker" }, message);
    else log.debug({ source: "graphile-worker" }, message);
  });
}
