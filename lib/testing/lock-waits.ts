import { expect } from "vitest";
import { database } from "@/lib/database";

/** Until so many transactions of this test's database wait for a lock that somebody else has. */
export async function untilWaiting(count: number): Promise<void> {
  const waiting = async () => {
    const [row] = await database().sql<{ some: number }[]>`
      select count(*)::int as some from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return row?.some;
  };
  await expect.poll(waiting, { timeout: 60_000, interval: 50 }).toBe(count);
}
