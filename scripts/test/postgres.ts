import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import getPort from "get-port";
import { checkout } from "../start/checkout";
import { clusterCommand, prepareCluster, superuserUrl, waitForPostgres } from "../start/postgres";
import { makePrivateFolder, postgresAccount } from "../start/postgres-account";
import { makeScratch } from "./scratch";

/**
 * Vitest's global set-up: one PostgreSQL for the whole run, in a folder that goes with it. Workers reach it as
 * superuser by TEST_DATABASE_URL and make databases of their own there.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = makeScratch("countersign-test-");
  makePrivateFolder(postgresAccount(), folder);
  const password = "test-only";
  const folders = [folder];
  const remove = () => {
    for (const each of folders) rmSync(each, { recursive: true, force: true, maxRetries: 3 });
  };
  let holder: ChildProcess | null = null;
  try {
    const cluster = await prepareCluster(path.join(folder, "postgres"), password);
    folders.push(cluster.dataDir);
    const port = await getPort();
    const url = superuserUrl(port, password, "postgres");
    const { uid, gid } = cluster.account ?? { uid: "-", gid: "-" };
    holder = spawn(
      process.execPath,
      [path.join(checkout, "scripts/start/hold.mjs"), String(uid), String(gid), ...clusterCommand(cluster, { port, durable: false })],
      { stdio: ["ignore", "ignore", "ignore", "ipc"] },
    );
    await waitForPostgres(url, 30_000);
    process.env.TEST_DATABASE_URL = url;
  } catch (error) {
    holder?.disconnect();
    remove();
    throw error;
  }
  const server = holder;
  return async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.disconnect();
    await ended;
    remove();
  };
}
