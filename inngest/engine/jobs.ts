import type { Change } from "./change";
import { json } from "./json";

/** The engine's kinds of job and what each carries. */
export interface Jobs {
  /** Calls the app: for one planned step, or to discover what comes next when `stepId` is empty. */
  execute: { runId: string; stepId: string; outage?: { since: number; tries: number } };
  /** Ends a sleep or a wait. */
  timer: { runId: string; stepId: string };
  /** Starts the run of a cron trigger and books the next tick. */
  cron: { functionId: string; expression: string };
  /** Sends one of the engine's own events. */
  announce: { name: string; data: Record<string, unknown> };
}

/** Adds a job in the change's transaction. A job with the same key that has not begun is replaced. */
export async function addJob<K extends keyof Jobs>(
  { sql }: Change,
  task: K,
  payload: Jobs[K],
  options: { key?: string; runAt?: Date; keepRunAt?: boolean } = {},
): Promise<void> {
  await sql`
    SELECT FROM graphile_worker.add_job(
      ${task}::text,
      ${json(sql, payload)}::json,
      run_at => ${options.runAt ?? null}::timestamptz,
      job_key => ${options.key ?? null}::text,
      job_key_mode => ${options.keepRunAt ? "preserve_run_at" : "replace"}::text
    )`;
}

/** The key of the job that ends a step's sleep or wait. */
export function timerKey(runId: string, stepId: string): string {
  return `timer:${runId}:${stepId}`;
}

/** Takes back a step's timer, when something else ended the wait. */
export async function removeTimer({ sql }: Change, runId: string, stepId: string): Promise<void> {
  await sql`SELECT FROM graphile_worker.remove_job(${timerKey(runId, stepId)})`;
}
