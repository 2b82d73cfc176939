import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import getPort, { portNumbers } from "get-port";
import { StartError } from "./start-error";

/** Below the ports that the system lends to outgoing connections. */
const OWN_PORTS = { from: 10_000, to: 32_000 };

/**
 * A free port for a part that may be away for a while: one out of the range that is lent to outgoing connections could
 * meanwhile be taken by one, even by that of whoever looks for the part.
 */
export function ownPort(host = "127.0.0.1"): Promise<number> {
  return getPort({ host, port: portNumbers(randomInt(OWN_PORTS.from, OWN_PORTS.to - 1_000), OWN_PORTS.to) });
}

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
