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
