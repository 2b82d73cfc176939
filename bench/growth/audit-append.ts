import { recordEvent } from "@/lib/audit/record";
import { keepInFlight } from "../harness/in-flight";
import type { GrowthCase } from "./case";
import { fillAudit } from "./fill-events";

export const growthCase: GrowthCase = {
  title: "audit append, 64 in flight",
  unit: "ms an event",
  fills: [fillAudit],
  async open({ bench, tenant: { agent } }) {
    const entry = { action: "actions.decided", resource: { type: "action", id: agent.actor.id, name: "mail send", workspaceId: null } } as const;
    return async () => 1_000 / (await keepInFlight(64, bench.measureMs, () => recordEvent(agent, entry))).perSecond;
  },
};
