import { type AddressInfo, createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { serverKey } from "./testing";

/** RFC 4511, section 4.14: the first message's StartTLS succeeded. */
const startTlsDone = Buffer.from("300c02010178070a010004000400", "hex");

/**
 * A server that lets StartTLS succeed and then cuts the connection off, to see whether the client comes again in plain and
 * tells its password there. It answers everything else as if it were well.
 */
export async function cuttingServer() {
  let connections = 0;
  const heard: Buffer[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    connections += 1;
    sockets.push(socket);
    const first = connections === 1;
    socket.on("error", () => undefined);
    socket.once("data", (asked) => {
      // The fifth byte is the message's number.
      socket.write(Buffer.from(startTlsDone).fill(asked[4] ?? 1, 4, 5));
      if (!first) return void socket.on("data", (data) => heard.push(data));
      const secured = new TLSSocket(socket, { isServer: true, ...serverKey });
      secured.on("error", () => undefined);
      secured.once("secure", () => setImmediate(() => socket.destroy()));
    });
    if (!first) socket.on("data", (data) => heard.push(data));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    heard: () => Buffer.concat(heard).toString("latin1"),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
