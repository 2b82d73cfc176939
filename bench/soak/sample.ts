import { readFileSync } from "node:fs";
import type postgres from "postgres";

/** What one look at the running parts sees: memory in MiB, counts otherwise. */
export type Sample = { atSeconds: number; portalMiB: number; engineMiB: number; runnerMiB: number; connections: number; outbox: number; jobs: number };

export type Pids = { portal: number; engine: number; runner: number };

/** Looks at the processes (`VmRSS` of /proc) and the database. */
export async function takeSample(atSeconds: number, pids: Pids, admin: postgres.Sql): Promise<Sample> {
  const [row] = await admin<{ connections: number; outbox: number; jobs: number }[]>`
    select (select count(*)::int from pg_stat_activity where datname = current_database()) as connections,
      (select count(*)::int from outbox where sent_at is null) as outbox,
      (select count(*)::int from graphile_worker._private_jobs where run_at < now()) as jobs`;
  return {
    atSeconds: Math.round(atSeconds),
    portalMiB: memoryMiB(pids.portal),
    engineMiB: memoryMiB(pids.engine),
    runnerMiB: memoryMiB(pids.runner),
    connections: row?.connections ?? 0,
    outbox: row?.outbox ?? 0,
    jobs: row?.jobs ?? 0,
  };
}

function memoryMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kib) / 1024);
}
