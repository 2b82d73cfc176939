import { once } from "node:events";
import { createServer } from "node:net";
import getPort from "get-port";
import { StartError } from "./start-error";

/** Throws a StartError with a way out when the portal cannot listen where it should. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EADDRINUSE") {
      throw new StartError(`Port ${port} is taken by another program. Use another one:  npm start -- --port ${await getPort()}`);
    }
    if (code === "EACCES") throw new StartError(`Port ${port} may not be used by you. Use one above 1023:  npm start -- --port 3000`);
    throw new StartError(`Cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`);
  }
  server.close();
  await once(server, "close");
}
