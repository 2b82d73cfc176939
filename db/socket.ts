import net from "node:net";

type Address = { host: string[]; port: number[]; path?: string | false };

/**
 * Sockets for the driver that turn an end before the first byte into an error. A balancer whose servers are all away takes
 * connections and closes them; the driver takes that for a hiccup, tries again at once and for ever, and whoever asked
 * waits for ever.
 */
export function sockets(): (address: Address) => net.Socket {
  let turn = 0;
  return ({ host, port, path }) => {
    const socket = new net.Socket();
    let spoke = false;
    socket.once("data", () => (spoke = true));
    socket.once("end", () => {
      if (!spoke) socket.destroy(Object.assign(new Error("the connection to the database was closed before it answered"), { code: "CONNECTION_CLOSED" }));
    });
    const at = turn++ % host.length;
    return path ? socket.connect(path) : socket.connect(port[at] ?? 5432, host[at] ?? "localhost");
  };
}
