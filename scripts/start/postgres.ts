import { execFile } from "node:child_process";
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { type Account, makePrivateFolder, postgresAccount, reachableFolder, reachablePrograms } from "./postgres-account";
import { postgresFolder } from "./postgres-binaries";
import { endOrphanedPostgres } from "./postgres-orphan";
import { waitFor } from "./wait";

/** A prepared cluster: what to run, as whom, and where its data really lies. */
export type Cluster = { dataDir: string; account: Account; program: string };

/** How a cluster is to be started. Without `durable` a power cut may lose it: for tests only. */
export type ClusterStart = { port: number; durable: boolean };

const superuser = "countersign_owner";

/** Makes the cluster if there is none yet, and ends what a killed start left behind. */
export async function prepareCluster(wantedDir: string, password: string): Promise<Cluster> {
  const account = postgresAccount(wantedDir);
  const dataDir = reachableFolder(account, wantedDir);
  const native = reachablePrograms(account, postgresFolder());
  await endOrphanedPostgres(dataDir);
  if (!isComplete(dataDir)) {
    rmSync(dataDir, { recursive: true, force: true });
    await initialize(path.join(native, "bin/initdb"), dataDir, account, password);
  }
  return { dataDir, account, program: path.join(native, "bin/postgres") };
}

/** The command line that runs the cluster in the foreground, reachable from this machine only. */
export function clusterCommand(cluster: Cluster, { port, durable }: ClusterStart): string[] {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: durable ? "192MB" : "128MB",
    password_encryption: "scram-sha-256",
    timezone: "UTC",
    log_timezone: "UTC",
    wal_compression: "on",
    max_wal_size: "2GB",
    checkpoint_timeout: "10min",
    checkpoint_completion_target: "0.9",
    random_page_cost: "1.1",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return [cluster.program, "-D", cluster.dataDir, "-p", String(port), ...flags];
}

/** Address of a database of the cluster for its superuser. */
export function superuserUrl(port: number, password: string, database: string): string {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Resolves once the server answers queries; crash recovery may take a while after a kill. */
export async function waitForPostgres(url: string, timeoutMs: number): Promise<void> {
  await waitFor("An answer of PostgreSQL", timeoutMs, async () => {
    const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
    try {
      await sql`SELECT 1`;
      return true;
    } catch {
      return false;
    } finally {
      await sql.end({ timeout: 1 });
    }
  });
}

/** Makes a database unless it exists. The name is one of ours, never input. */
export async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    const [known] = await sql`SELECT 1 FROM pg_database WHERE datname = ${name}`;
    if (!known) await sql`CREATE DATABASE ${sql(name)}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** initdb writes this file last; a folder without it is the rest of an interrupted first start. */
function isComplete(dataDir: string): boolean {
  const version = path.join(dataDir, "PG_VERSION");
  return existsSync(version) && existsSync(path.join(dataDir, "countersign-complete")) && readFileSync(version).length > 0;
}

async function initialize(initdb: string, dataDir: string, account: Account, password: string): Promise<void> {
  makePrivateFolder(account, dataDir);
  // Beside the folder, which the account can reach wherever temporary files may be.
  const passwordFile = `${dataDir}.password`;
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: "wx" });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  try {
    await promisify(execFile)(
      initdb,
      [
        `--pgdata=${dataDir}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--data-checksums",
        "--no-instructions",
      ],
      { ...account, cwd: "/" },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(path.join(dataDir, "countersign-complete"), "");
}
