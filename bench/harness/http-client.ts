import { connect, type Socket } from "node:net";

const headEnd = Buffer.from("\r\n\r\n");
const chunkedEnd = Buffer.from("\r\n0\r\n\r\n");

/**
 * One HTTP/1.1 connection that sends a request at a time. It understands just what a load generator needs, so that on a
 * machine with few cores the measured server gets them: Node's own client costs several times as much.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | null = null;
  /** The server ends connections that nobody used for a while; what is sent on one would never be answered. */
  isOpen = true;

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("data", (bytes: Buffer) => this.#take(bytes));
    this.#socket.on("error", (error) => this.#waiting?.reject(error));
    this.#socket.on("close", () => {
      this.isOpen = false;
      this.#waiting?.reject(new Error("the server closed the connection"));
    });
  }

  /** Sends bytes that are a whole request, and resolves with its answer. */
  send(request: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received.push(bytes);
    const all = this.#received.length === 1 ? bytes : Buffer.concat(this.#received);
    const answer = parse(all);
    if (!answer) {
      this.#received = [all];
      return;
    }
    this.#received = [];
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(answer);
  }
}

export type HttpAnswer = { status: number; body: string };

/** An answer that is there completely, or null. */
function parse(bytes: Buffer): HttpAnswer | null {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return null;
  const head = bytes.toString("latin1", 0, end);
  const status = Number(head.slice(9, 12));
  const from = end + headEnd.length;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  if (length !== undefined) {
    const to = from + Number(length);
    return bytes.length >= to ? { status, body: bytes.toString("utf8", from, to) } : null;
  }
  if (status === 204 || status === 304) return { status, body: "" };
  // Chunked: its text with the sizes still in it, which nobody here reads.
  return bytes.subarray(-chunkedEnd.length).equals(chunkedEnd) ? { status, body: bytes.toString("utf8", from) } : null;
}
