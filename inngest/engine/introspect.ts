import type { Sql } from "postgres";

/** A run as Inngest's REST API shows it. */
export interface RunView {
  run_id: string;
  function_id: string;
  event_id: string;
  status: "Running" | "Completed" | "Failed" | "Cancelled";
  /** What the function returned, or the error it failed with. */
  output: unknown;
  run_started_at: Date;
  ended_at: Date | null;
}

const columns = (sql: Sql) => sql`
  id AS run_id, function_id, event_id, initcap(status) AS status, coalesce(error, output) AS output,
  created_at AS run_started_at, ended_at`;

/** One run, by its id. */
export async function findRun(sql: Sql, id: string): Promise<RunView | undefined> {
  const [run] = await sql<RunView[]>`SELECT ${columns(sql)} FROM engine.run WHERE id = ${id}`;
  return run;
}

/** The runs that an event started, oldest first; at most a hundred. */
export async function runsOfEvent(sql: Sql, eventId: string): Promise<RunView[]> {
  return await sql<RunView[]>`
    SELECT ${columns(sql)} FROM engine.run WHERE event_id = ${eventId} ORDER BY seq LIMIT 100`;
}

/** Counts of jobs, without a word of what they do: due and not begun, under way, and for how long the oldest has been due. */
export async function queueOf(sql: Sql): Promise<{ due: number; running: number; oldestSeconds: number }> {
  const [row] = await sql<{ due: number; running: number; oldestSeconds: number }[]>`
    SELECT count(*) FILTER (WHERE locked_at IS NULL)::int AS due, count(*) FILTER (WHERE locked_at IS NOT NULL)::int AS running,
      coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE locked_at IS NULL)), 0)::float AS "oldestSeconds"
    FROM graphile_worker.jobs WHERE run_at <= now() AND attempts < max_attempts`;
  return row ?? { due: 0, running: 0, oldestSeconds: 0 };
}
