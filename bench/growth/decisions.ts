import { decisionsOver } from "../harness/decisions-over";
import { startPortal } from "../harness/portal";
import type { GrowthCase } from "./case";
import { fillActions, fillApprovals } from "./fills";

export const growthCase: GrowthCase = {
  title: "decisions over HTTP, 64 in flight",
  unit: "ms a decision",
  fills: [fillActions, fillApprovals],
  async open({ bench, tenant }) {
    const { port } = await startPortal(bench);
    const decide = decisionsOver(bench, port, tenant.key);
    return async () => 1_000 / (await decide(64)).perSecond;
  },
};
