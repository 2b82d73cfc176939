import { bareDecisions } from "./harness/bare-decision";
import { compare } from "./harness/compare";
import { decisionsOver } from "./harness/decisions-over";
import { keepInFlight } from "./harness/in-flight";
import { allowedInput } from "./harness/inputs";
import { startPortal } from "./harness/portal";
import type { BenchRow } from "./harness/row";
import { benchTenant } from "./harness/tenant";

/** Connections of the bare side, whatever is in flight: what a pool of the usual size has. */
const bareConnections = 16;

/** (a) Decisions over HTTP, everything durable. */
export const row: BenchRow = {
  title: "decisions over HTTP, everything durable",
  beside: `bare SQL, one transaction per decision writing the same rows, ${bareConnections} connections`,
  async *run(bench) {
    const tenant = await benchTenant();
    const { port } = await startPortal(bench);
    const ours = decisionsOver(bench, port, tenant.key);
    const bare = await bareDecisions(bench, tenant, bareConnections, allowedInput);
    // Neither side is compiled before it has run some thousand times; at one call after the other that takes minutes.
    await ours(64);
    await keepInFlight(bareConnections, bench.measureMs, bare);
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
