import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";

/**
 * Waits until this process is the only engine on the database, by a lock that lives as long as its connection:
 * Postgres frees it at once when the process dies. `onLost` is called when the connection breaks, for then
 * another engine may start.
 */
export async function becomeLeader(
  databaseUrl: string,
  handlers: { onStandby: () => void; onLost: () => void },
): Promise<{ resign: () => Promise<void> }> {
  let isLeader = false;
  const sql = postgres(databaseUrl, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onclose: () => {
      if (isLeader) handlers.onLost();
    },
    connection: { application_name: "countersign-engine-leader" },
  });
  for (let waits = 0; !isLeader; waits++) {
    const [row] = await sql<{ locked: boolean }[]>`
      SELECT pg_try_advisory_lock(hashtextextended('countersign.engine.leader', 0)) AS locked`;
    isLeader = row?.locked === true;
    if (isLeader) break;
    if (waits === 0) handlers.onStandby();
    await sleep(250);
  }
  return {
    resign: async () => {
      isLeader = false;
      await sql.end({ timeout: 1 });
    },
  };
}
