import { createHash } from "node:crypto";
import { canonicalJson } from "@/lib/audit/canonical";

/** What event `n` of `fillEvents` can be found by. */
export const eventIds = {
  actor: (n: number) => id("0190a0a0", n),
  request: (n: number) => id("0190d0d0", n),
  resource: (n: number) => id("0190e0e0", n),
};

function id(kind: string, n: number): string {
  return `${kind}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

const actions = [
  "actions.decided", "actions.decided", "actions.decided", "actions.completed", "approvals.requested", "approvals.decided", "agents.updated", "keys.created", "runs.ended", "budgets.set",
] as const;

/**
 * Event `n` of a company with a few hundred people and agents, many actions, and words of which some are rare; as long as that
 * of a decision.
 */
export function eventOf(n: number, { organizationId, workspaceId, time }: { organizationId: string; workspaceId: string; time: Date }) {
  const actor = n % 211;
  const digest = createHash("sha256").update(String(n)).digest("hex");
  return {
    action: actions[n % actions.length] ?? "actions.decided",
    actor: { id: eventIds.actor(actor), ip: `192.0.2.${n % 199}`, key: id("0190b0b0", actor), kind: "agent", name: `Agent ${actor}`, userAgent: "agent/1.0" },
    details: {
      decision: "allow", digest, estimatedCostMicros: 12_000, message: "The policy allows mail.send for this agent.", operation: "send", policyVersion: 3,
      reservedMicros: 12_000, resource: `customer-${digest.slice(0, 6)}`, risk: "LOW", riskReasons: ["Reversible", "Below the limit"], rule: "capability", runId: null,
      tool: n % 5003 === 0 ? "zeppelin" : n % 7 === 0 ? "ledger" : "mail",
    },
    id: id("0190c0c0", n),
    organization: organizationId,
    outcome: n % 23 === 0 ? "blocked" : n % 17 === 0 ? "failure" : "success",
    requestId: eventIds.request(n),
    resource: { id: eventIds.resource(Math.floor(n / 3)), name: "mail send", type: n % 9 === 0 ? "approval" : "action", workspace: n % 4 === 0 ? workspaceId : null },
    severity: n % 1009 === 0 ? "critical" : n % 13 === 0 ? "warning" : "info",
    time: time.toISOString(),
    v: 1,
  };
}

export type FilledEvent = ReturnType<typeof eventOf>;

/** The canonical text of such an event: its members are in order already, which `fillEvents` makes sure of once. */
export function bodyOf(event: FilledEvent): string {
  return JSON.stringify(event);
}

/** @throws Error when `bodyOf` is not what the product would have hashed. */
export function requireCanonical(event: FilledEvent): void {
  if (bodyOf(event) !== canonicalJson(event)) throw new Error("the members of a made event are not in canonical order");
}
