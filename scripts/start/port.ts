import { once } from "node:events";
import { createServer } from "node:net";
import getPort from "get-port";
import { StartError } from "./start-error";

/** Throws a StartError with a way out when the portal cannot listen where it should. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const code = await tryToListen(host, port);
  // Browsers try `localhost` by IPv6 first: another program there would be shown instead of the portal.
  const shadowed = host === "127.0.0.1" && (await tryToListen("::1", port)) === "EADDRINUSE";
  if (code === "EADDRINUSE" || shadowed) {
    throw new StartError(`Port ${port} is taken by another program. Use another one:  npm start -- --port ${await getPort()}`);
  }
  if (code === "EACCES") throw new StartError(`Port ${port} may not be used by you. Use one above 1023:  npm start -- --port 3000`);
  if (code !== null) throw new StartError(`Cannot listen on ${host}:${port} (${code}).`);
}

/** Null when listening works, else the system's code for why not. */
async function tryToListen(host: string, port: number): Promise<string | null> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
  server.close();
  await once(server, "close");
  return null;
}
