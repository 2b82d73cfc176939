import { compare } from "./harness/compare";
import { decisionsOver } from "./harness/decisions-over";
import { emptyPath, makeEmptyHouse } from "./harness/empty-house";
import { HttpConnection } from "./harness/http-client";
import { keepInFlight, type Flight } from "./harness/in-flight";
import { startPortal } from "./harness/portal";
import type { Bench, BenchRow } from "./harness/row";
import { benchTenant } from "./harness/tenant";

/** (b) What a decision costs beside what Next alone costs, in the process that answers both. */
export const row: BenchRow = {
  title: "decisions over HTTP, everything durable",
  beside: "an empty Next route handler in the same server",
  async *run(bench) {
    const tenant = await benchTenant();
    const { port } = await startPortal(bench, await makeEmptyHouse(bench));
    const ours = decisionsOver(bench, port, tenant.key);
    const beside = emptyAnswers(bench, port);
    for (const inFlight of [1, 16, 64]) {
      yield await compare(bench, {
        case: `${inFlight} in flight`,
        unit: "per second",
        ours: async () => (await ours(inFlight)).perSecond,
        beside: async () => (await beside(inFlight)).perSecond,
        ...(inFlight === 64 ? { target: { atLeast: 3 } } : {}),
      });
    }
  },
};

function emptyAnswers(bench: Bench, port: number): (inFlight: number) => Promise<Flight> {
  const connections: HttpConnection[] = [];
  bench.onEnd(() => connections.forEach((connection) => connection.close()));
  const request = `GET ${emptyPath} HTTP/1.1\r\nhost: localhost:${port}\r\nuser-agent: bench\r\n\r\n`;
  return (inFlight) =>
    keepInFlight(inFlight, bench.measureMs, async (lane) => {
      const { status } = await (connections[lane] ??= new HttpConnection(port)).send(request);
      if (status !== 204) throw new Error(`the empty route answered ${status}`);
    });
}
