import { HttpConnection } from "./http-client";
import { keepInFlight } from "./in-flight";
import type { Bench } from "./row";

/** The median time of one call after the other, in ms. */
export const inOne = async (bench: Bench, call: () => Promise<unknown>) => (await keepInFlight(1, bench.measureMs, call)).p50Ms;

/** Opens a page again and again as somebody with this cookie; gives the median time of the server, in ms. */
export function visit(bench: Bench, port: number, page: string, cookie: string): () => Promise<number> {
  let connection = new HttpConnection(port);
  bench.onEnd(() => connection.close());
  const request = `GET ${page} HTTP/1.1\r\nhost: localhost:${port}\r\nuser-agent: bench\r\ncookie: ${cookie}\r\n\r\n`;
  return () =>
    inOne(bench, async () => {
      if (!connection.isOpen) connection = new HttpConnection(port);
      const { status } = await connection.send(request);
      if (status !== 200) throw new Error(`${page} answered ${status}`);
    });
}
