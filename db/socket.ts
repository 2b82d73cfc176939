import net from "node:net";

/**
 * Longest silence after something was asked. The database itself ends every statement after 30 s, so one that says nothing
 * for longer is frozen, or nothing reaches it any more.
 */
const silentMs = 45_000;

type Address = { host: string[]; port: number[]; path?: string | false };

/**
 * Sockets for the driver that turn into an error what it would wait for without end: a connection that ends before its first
 * byte, since a balancer whose servers are all away takes connections and closes them, and the driver tries again at once and
 * for ever; and a server that was asked and says nothing for `silent` milliseconds.
 */
export function sockets(silent = silentMs): (address: Address) => net.Socket {
  let turn = 0;
  return ({ host, port, path }) => {
    const socket = new net.Socket();
    let spoke = false;
    socket.once("data", () => (spoke = true));
    socket.once("end", () => {
      if (!spoke) socket.destroy(Object.assign(new Error("the connection to the database was closed before it answered"), { code: "CONNECTION_CLOSED" }));
    });
    const at = turn++ % host.length;
    if (path) socket.connect(path);
    else socket.connect(port[at] ?? 5432, host[at] ?? "localhost");
    // After the connect, which puts back the socket's own way to write.
    return endWhenSilent(socket, silent);
  };
}

/** Counts from what was written last before an answer: a connection that is idle, or only listens, may be silent for ever. */
function endWhenSilent(socket: net.Socket, silent: number): net.Socket {
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  const asking = (...given: unknown[]): boolean => {
    timer ??= setTimeout(() => socket.destroy(Object.assign(new Error(`the database said nothing for ${silent} ms`), { code: "ETIMEDOUT" })), silent).unref();
    return write(...given);
  };
  socket.write = asking as typeof socket.write;
  socket.on("data", heard);
  socket.once("close", heard);
  return socket;
}
