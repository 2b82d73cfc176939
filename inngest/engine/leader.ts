import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";

const lookAgainMs = 250;
const databaseAwayMs = 1_000;

/** Out of reach, starting, stopping or full: it may come back. A wrong password or name does not mend itself. */
function isAway(error: unknown): boolean {
  return !(error instanceof postgres.PostgresError) || /^(08|53|57P|55000)/.test(error.code);
}

/**
 * Waits until this process is the only engine on the database, by a lock that lives as long as its connection:
 * Postgres frees it at once when the process dies. Also waits for a database that is away. `onLost` is called when the connection breaks, for then
 * another engine may start.
 */
export async function becomeLeader(
  databaseUrl: string,
  handlers: { onStandby: () => void; onAway: (error: unknown) => void; onLost: () => void },
): Promise<{ resign: () => Promise<void> }> {
  let isLeader = false;
  const sql = postgres(databaseUrl, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onclose: () => {
      if (isLeader) handlers.onLost();
    },
    backoff: () => 0,
    connection: { application_name: "countersign-engine-leader" },
  });
  let waitsFor: "database" | "leader" | null = null;
  for (;;) {
    try {
      const [row] = await sql<{ locked: boolean }[]>`
        SELECT pg_try_advisory_lock(hashtextextended('countersign.engine.leader', 0)) AS locked`;
      isLeader = row?.locked === true;
      if (isLeader) break;
      if (waitsFor !== "leader") handlers.onStandby();
      waitsFor = "leader";
      await sleep(lookAgainMs);
    } catch (error) {
      if (!isAway(error)) throw error;
      if (waitsFor !== "database") handlers.onAway(error);
      waitsFor = "database";
      await sleep(databaseAwayMs);
    }
  }
  return {
    resign: async () => {
      isLeader = false;
      await sql.end({ timeout: 1 });
    },
  };
}
