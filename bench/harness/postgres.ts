import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import getPort from "get-port";
import { checkout } from "../../scripts/start/checkout";
import { clusterCommand, prepareCluster, superuserUrl, waitForPostgres } from "../../scripts/start/postgres";

const password = "bench-only";

/** A Postgres as `npm start` runs it, durable, below `folder`; gone when `end` is called or this process dies. */
export async function startPostgres(folder: string): Promise<{ url: string; end: () => Promise<void> }> {
  const cluster = await prepareCluster(path.join(folder, "postgres"), password);
  const port = await getPort();
  const url = superuserUrl(port, password, "postgres");
  const { uid, gid } = cluster.account ?? { uid: "-", gid: "-" };
  const holder = spawn(
    process.execPath,
    [path.join(checkout, "scripts/start/hold.mjs"), String(uid), String(gid), ...clusterCommand(cluster, { port, durable: true })],
    { stdio: ["ignore", "ignore", "ignore", "ipc"] },
  );
  const ended = once(holder, "exit");
  const end = async () => {
    if (holder.connected) holder.disconnect();
    await ended;
    rmSync(cluster.dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await waitForPostgres(url, 60_000);
  } catch (error) {
    await end();
    throw error;
  }
  return { url, end };
}
