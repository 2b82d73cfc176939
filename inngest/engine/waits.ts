import type { Change } from "./change";
import { demandOf, hashAt } from "./expression";
import type { EngineEvent } from "./protocol";

/** An event that a run waits for (with a step) or is cancelled by (without). */
export interface Wait {
  id: string;
  run_id: string;
  step_id: string | null;
}

/**
 * Registers a wait for an event. Whether a wait sees an event is decided by order alone: an event looks for waits
 * once, with a statement that sees all that is committed by then. So a wait that was committed before the event was
 * posted is always met, and an event that came first is missed, as with Inngest. A function that must not miss one
 * reads the state in a step beside the wait, which runs after the wait is committed: an event that the wait missed
 * was sent before, and what it tells of can be read.
 */
export async function addWait(
  { sql }: Change,
  wait: {
    runId: string;
    stepId: string | null;
    eventName: string;
    condition: string | null | undefined;
    event: EngineEvent;
    expiresAt: Date | null;
  },
): Promise<void> {
  const demand = demandOf(wait.condition ?? undefined, wait.event);
  if (!demand) return; // no event can meet it: the step's timer ends the wait
  await sql`
    INSERT INTO engine.wait_shape (event_name, paths) VALUES (${wait.eventName}, ${demand.paths})
    ON CONFLICT DO NOTHING`;
  await sql`
    INSERT INTO engine.wait (run_id, step_id, event_name, paths, hash, expires_at)
    VALUES (${wait.runId}, ${wait.stepId}, ${wait.eventName}, ${demand.paths}, ${demand.hash}, ${wait.expiresAt})`;
}

/** The waits that an event meets, without locking them: runs are locked first, in the order of their ids. */
export async function findWaits({ sql }: Change, event: EngineEvent): Promise<Wait[]> {
  const shapes = await sql<{ paths: string }[]>`
    SELECT paths FROM engine.wait_shape WHERE event_name = ${event.name}`;
  const wanted = shapes.flatMap(({ paths }) => {
    const hash = hashAt(paths, event);
    return hash === undefined ? [] : [{ paths, hash }];
  });
  if (wanted.length === 0) return [];
  return await sql<Wait[]>`
    SELECT id, run_id, step_id FROM engine.wait
    JOIN unnest(${wanted.map(({ paths }) => paths)}::text[], ${wanted.map(({ hash }) => hash)}::text[])
      AS wanted (paths, hash) USING (paths, hash)
    WHERE event_name = ${event.name} AND (expires_at IS NULL OR expires_at > now())
    ORDER BY run_id, id`;
}

/** Takes a wait away; false when somebody else was first. */
export async function takeWait({ sql }: Change, wait: Wait): Promise<boolean> {
  const taken = await sql`DELETE FROM engine.wait WHERE id = ${wait.id}`;
  return taken.count > 0;
}
