import { cpus, release, totalmem } from "node:os";
import postgres from "postgres";

/** What the figures were measured on. */
export type Machine = { cores: number; cpu: string; memoryGb: number; kernel: string; node: string; postgres: string; fsync: string; synchronousCommit: string };

/** Reads it from the machine and from the running Postgres. */
export async function describeMachine(postgresUrl: string): Promise<Machine> {
  const sql = postgres(postgresUrl, { max: 1 });
  try {
    const [row] = await sql<{ version: string; fsync: string; commit: string }[]>`
      select current_setting('server_version') as version, current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`;
    const all = cpus();
    return {
      cores: all.length,
      cpu: all[0]?.model.trim() ?? "unknown",
      memoryGb: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
      node: process.version,
      postgres: row?.version ?? "unknown",
      fsync: row?.fsync ?? "unknown",
      synchronousCommit: row?.commit ?? "unknown",
    };
  } finally {
    await sql.end();
  }
}

/** One line for people. */
export function machineLine(machine: Machine): string {
  const { cores, cpu, memoryGb, kernel, node, postgres: version, fsync, synchronousCommit } = machine;
  return `${cores} cores of ${cpu}, ${memoryGb} GB, Linux ${kernel}, Node ${node}, PostgreSQL ${version} (fsync ${fsync}, synchronous_commit ${synchronousCommit}); load generators on the same machine`;
}
