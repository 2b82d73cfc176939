import { randomUUID } from "node:crypto";
import type { SubmitActionInput } from "@/lib/actions/schemas";
import { bareDecisions } from "./harness/bare-decision";
import { compare } from "./harness/compare";
import { HttpConnection } from "./harness/http-client";
import { keepInFlight, type Flight } from "./harness/in-flight";
import { startPortal } from "./harness/portal";
import type { Bench, BenchRow } from "./harness/row";
import { benchTenant } from "./harness/tenant";

/** Connections of the bare side, whatever is in flight: what a pool of the usual size has. */
const bareConnections = 16;

/** A look-up that the policy allows: what agents do most. */
const input: SubmitActionInput = {
  tool: "crm.contacts.read",
  operation: "execute",
  resource: "contacts/4711",
  arguments: { id: 4711, fields: ["name", "company", "email"], reason: "quarterly review of open invoices" },
  estimatedCostMicros: 1_200,
  purpose: "Look up who signs for the customer",
};

/** (a) Decisions over HTTP, everything durable. */
export const row: BenchRow = {
  title: "decisions over HTTP, everything durable",
  beside: `bare SQL, one transaction per decision writing the same rows, ${bareConnections} connections`,
  async *run(bench) {
    const tenant = await benchTenant();
    const { port } = await startPortal(bench);
    const ours = decisionsOver(bench, port, tenant.key);
    const bare = await bareDecisions(bench, tenant, bareConnections, input);
    for (const inFlight of [1, 16, 64]) {
      const us = () => ours(inFlight);
      const them = () => keepInFlight(Math.min(inFlight, bareConnections), bench.measureMs, bare);
      if (inFlight === 1) {
        yield await compare(bench, { case: "1 in flight, p50", unit: "ms", ours: async () => (await us()).p50Ms, beside: async () => (await them()).p50Ms, target: { atMost: 1.5 } });
      } else {
        const target = inFlight === 64 ? { atLeast: 2 } : undefined;
        yield await compare(bench, { case: `${inFlight} in flight`, unit: "per second", ours: async () => (await us()).perSecond, beside: async () => (await them()).perSecond, ...(target ? { target } : {}) });
      }
    }
  },
};

/** Submits actions that the policy allows, each with a key of its own; anything but 201 fails the benchmark. */
export function decisionsOver(bench: Bench, port: number, key: string): (inFlight: number) => Promise<Flight> {
  const connections: HttpConnection[] = [];
  bench.onEnd(() => connections.forEach((connection) => connection.close()));
  const body = JSON.stringify(input);
  const head = `POST /api/v1/actions HTTP/1.1\r\nhost: localhost:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nuser-agent: bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\nidempotency-key: `;
  return (inFlight) =>
    keepInFlight(inFlight, bench.measureMs, async (lane) => {
      const connection = (connections[lane] ??= new HttpConnection(port));
      const answer = await connection.send(`${head}${randomUUID()}\r\n\r\n${body}`);
      if (answer.status !== 201) throw new Error(`a decision was answered with ${answer.status}: ${answer.body.slice(0, 500)}`);
    });
}
