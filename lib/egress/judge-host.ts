import type { AgentState, SandboxLevel } from "@/lib/actions/decide";
import { lockRule } from "@/lib/actions/decide";
import { documentStage, partsOf } from "@/lib/actions/policy-stages";
import type { RiskClass } from "@/lib/actions/schemas";
import { evaluatePolicies, type PolicyAnswer } from "@/lib/cedar/evaluate";
import { compilePolicies } from "@/lib/cedar/policies";
import { lockMessage, lockOn } from "@/lib/locks/standing";
import type { ReadHost } from "./host";
import { egressLayers } from "./layers";
import { type EgressLayer, egressVerdict } from "./verdict";

/** The action that a connection is part of. `named`: the hosts that were named when it was decided. */
export type PartOf = { tool: string; operation: string; risk: RiskClass; costMicros: number; purposeGiven: boolean; named: readonly string[] };

export type HostVerdict = {
  outcome: "allow" | "ask" | "deny";
  rule: string;
  message: string;
  host: string | null;
  /** Whose list or policy decided; null: what always holds, or that nobody lists anything. */
  source: { scopeType: EgressLayer["scopeType"] | "agent"; version: number } | null;
  pattern: string | null;
};

type Asked = { session: EgressLayer | null; part: PartOf | null; at: Date };

/**
 * Whether an agent may connect to a host, by all that a decision asks of it: locks, the agent and those above it, the lists of all
 * levels with the lease's, and Cedar with every grid and level. Without an action it is not known which tool connects, so only
 * what forbids or asks whatever the tool is counts.
 */
export function judgeHost(state: AgentState, target: ReadHost, { session, part, at }: Asked): HostVerdict {
  const host = target.ok ? target.host : null;
  const said = (outcome: HostVerdict["outcome"], rule: string, message: string): HostVerdict => ({ outcome, rule, message, host, source: null, pattern: null });
  const lock = lockOn(state.locks, part?.tool ?? null);
  if (lock) return said("deny", lockRule, lockMessage(lock));
  const { above = [], ...own } = state;
  if ([own, ...above].some(({ agentStatus }) => agentStatus !== "active")) return said("deny", "agent.not_active", "Only an active agent may reach anything.");
  const unread = documentStage({ state } as Parameters<typeof documentStage>[0]);
  if (unread) return said("deny", unread.rule, unread.message);
  const layers = egressLayers(state.documents);
  const listed = egressVerdict(session ? [...layers, session] : layers, target);
  if (listed.outcome === "deny" || host === null) return listed;
  const asking = [own, ...above.map((one) => ({ ...own, levels: [one.level], ...one }))].map((one) => cedarOf(one, { host, port: target.ok ? target.port : null, part, at }));
  const denied = asking.find((answer) => answer?.outcome === "deny");
  if (denied) return byPolicy("deny", denied, host);
  // What was named when the action was decided was asked for then.
  if (part?.named.includes(host)) return listed.outcome === "ask" ? { ...listed, outcome: "allow", rule: "action.named", message: `The action was let go on with ${host} in it.` } : listed;
  if (listed.outcome === "ask") return listed;
  const waiting = asking.find((answer) => answer?.outcome === "needs_approval");
  return waiting ? byPolicy("ask", waiting, host) : listed;
}

function byPolicy(outcome: "ask" | "deny", { rule, message, source }: PolicyAnswer, host: string): HostVerdict {
  const level = source && source.version !== null ? { scopeType: source.scopeType, version: source.version } : null;
  return { outcome, rule, message, host, source: level, pattern: null };
}

type Host = { host: string; port: number | null; part: PartOf | null; at: Date };

/** The strictest answer of the levels that hold at once; null: nothing stands against it. */
function cedarOf(state: AgentState, { host, port, part, at }: Host): PolicyAnswer | null {
  const compiled = compilePolicies(partsOf(state));
  const { agentId: id, agentKind: kind, ownerId, organizationId, workspaceId, templateId, keyId } = state;
  const answers = (state.levels ?? [state.level]).map((level) =>
    evaluatePolicies(compiled, {
      agent: { id, kind, level: part ? level : withoutTool(level), ownerId, organizationId, workspaceId, templateId },
      keyId,
      boundary: { action: "network", resource: { type: "Domain", id: host, ...(port === null ? {} : { attributes: { port } }) } },
      context: { approved: false, tool: part?.tool ?? "", operation: part?.operation ?? "execute", risk: part?.risk ?? "LOW", costMicros: part?.costMicros ?? 0, purposeGiven: part?.purposeGiven ?? false, at },
    }),
  );
  return answers.find(({ outcome }) => outcome === "deny") ?? answers.find(({ outcome }) => outcome === "needs_approval") ?? null;
}

/** What is on no list of tools waits for a person at level standard; here no tool is known that could be on one. */
function withoutTool(level: SandboxLevel): SandboxLevel {
  return level === "standard" ? "trusted" : level;
}
