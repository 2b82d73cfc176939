import { ListApprovalsInput, listApprovals } from "@/lib/approvals/list";
import { keepInFlight } from "../harness/in-flight";
import type { GrowthCase } from "./case";
import { fillActions, fillApprovals } from "./fills";

const input = ListApprovalsInput.parse({});

export const growthCase: GrowthCase = {
  title: "first page of the approval queue, p50",
  unit: "ms",
  fills: [fillActions, fillApprovals],
  async open({ bench, tenant }) {
    const supervisor = await tenant.as("supervisor");
    return async () => (await keepInFlight(1, bench.measureMs, () => listApprovals(supervisor, input))).p50Ms;
  },
};
