import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { createServer } from "node:net";

/** Short name of a state folder, part of the name of everything that its runner makes on the host. */
export function instanceOf(stateDir: string): string {
  return createHash("sha256").update(realpathSync(stateDir)).digest("hex").slice(0, 12);
}

/**
 * Takes a state folder for this process, so that two runners never clean up or run each other's jobs. Throws when
 * another process has it. The lock is an abstract Unix socket: the kernel drops it with the process, however it dies.
 */
export async function lockStateDir(stateDir: string): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Error(`another runner uses the state folder ${stateDir}`) : error);
    });
    server.listen({ path: `\0countersign-runner-${instanceOf(stateDir)}` }, resolve);
  });
  server.unref();
}
