import { randomUUID } from "node:crypto";
import { HttpConnection } from "./http-client";
import { keepInFlight, type Flight } from "./in-flight";
import { allowedInput } from "./inputs";
import type { Bench } from "./row";

/** Submits actions that the policy allows, each with a key of its own; anything but 201 fails the benchmark. */
export function decisionsOver(bench: Bench, port: number, key: string): (inFlight: number) => Promise<Flight> {
  const connections: HttpConnection[] = [];
  bench.onEnd(() => connections.forEach((connection) => connection.close()));
  const body = JSON.stringify(allowedInput);
  const head = `POST /api/v1/actions HTTP/1.1\r\nhost: localhost:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nuser-agent: bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\nidempotency-key: `;
  return (inFlight) =>
    keepInFlight(inFlight, bench.measureMs, async (lane) => {
      const known = connections[lane];
      const connection = known?.isOpen ? known : (connections[lane] = new HttpConnection(port));
      const answer = await connection.send(`${head}${randomUUID()}\r\n\r\n${body}`);
      if (answer.status !== 201) throw new Error(`a decision was answered with ${answer.status}: ${answer.body.slice(0, 500)}`);
    });
}
