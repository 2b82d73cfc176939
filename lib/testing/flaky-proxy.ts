import net from "node:net";

/** `open`: passes everything on. `refused`: nobody listens. `closes`: takes connections and closes them. `silent`: takes them and says nothing. */
type Mood = "open" | "refused" | "closes" | "silent";

/** Stands in front of a server that is to be away for a while. */
export class FlakyProxy {
  #mood: Mood = "open";
  #port = 0;
  #server: net.Server | null = null;
  readonly #sockets = new Set<net.Socket>();

  constructor(readonly target: { host: string; port: number }) {}

  get port(): number {
    return this.#port;
  }

  /** Changes what it does; connections that are open are cut. */
  async be(mood: Mood): Promise<void> {
    if (this.#mood === mood && this.#server) return;
    this.#mood = mood;
    for (const socket of this.#sockets) socket.destroy();
    if (mood === "refused") await this.close();
    else if (!this.#server) await this.#listen();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  async #listen(): Promise<void> {
    const server = net.createServer((socket) => this.#take(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as net.AddressInfo).port;
  }

  #take(socket: net.Socket): void {
    this.#keep(socket);
    if (this.#mood === "closes") return void socket.end();
    if (this.#mood === "silent") return void socket.resume();
    const onward = net.connect(this.target.port, this.target.host);
    this.#keep(onward);
    socket.pipe(onward).pipe(socket);
    socket.on("close", () => onward.destroy());
    onward.on("close", () => socket.destroy());
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
