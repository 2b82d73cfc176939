import { evaluatePolicies, type PolicyAnswer } from "@/lib/cedar/evaluate";
import { compilePolicies, type PolicyPart } from "@/lib/cedar/policies";
import { egressVerdict, type EgressLayer } from "@/lib/egress/verdict";
import type { DocumentKind } from "@/lib/governance/kinds";
import type { DocumentInForce } from "@/lib/governance/in-force";
import { kinds } from "@/lib/governance/kinds";
import type { AgentState, Decision, SandboxLevel, Stage, Subject } from "./decide";
import { globs } from "./globs";

/** A policy that cannot be read allows nothing. */
export const documentStage: Stage = ({ state }) => {
  const unread = state.documents.find(({ content }) => content === null);
  if (!unread) return null;
  const { kind, scopeType, scopeId, version } = unread;
  return {
    outcome: "deny",
    rule: "policy.unreadable",
    message: `${kinds[kind].label} of the ${scopeType} (version ${version}) cannot be read, so nothing is allowed. Ask an organization admin to publish it anew.`,
    detail: { source: { kind, scopeType, scopeId, version } },
  };
};

/** What cannot be told for certain cannot be checked. */
export const boundaryStage: Stage = ({ boundaries: { unreadable } }) =>
  unreadable && { outcome: "deny", rule: "boundary.unreadable", message: `${unreadable.where} ${unreadable.problem}.`, detail: { argument: unreadable.where } };

const notListed = "egress.not_listed";
// What no tool is handed, also where it is data that another program may call one day.
const always: readonly string[] = ["egress.denied", "egress.private_address", "egress.private_name"];

/** The hosts that are on no list, and that a lease must open. */
export function closedHosts(state: AgentState, { hosts, reachesNetwork }: Subject["boundaries"]): string[] {
  const layers = ofKind(state.documents, "egress") as EgressLayer[];
  return reachesNetwork ? hosts.flatMap((host) => (host.ok && egressVerdict(layers, host).rule === notListed ? [host.host] : [])) : [];
}

/** Every host that is named, by the lists of all levels. One that only stands in the data of another tool is refused where a list denies it, or it is private. */
export const egressStage: Stage = ({ state, boundaries: { hosts, reachesNetwork }, input, leaseShown }) => {
  const layers = ofKind(state.documents, "egress") as EgressLayer[];
  let asking: Decision | null = null;
  for (const host of hosts) {
    const { outcome, rule, message, source, pattern } = egressVerdict(layers, host);
    const decision = { rule, message, detail: { host: host.ok ? host.host : null, source: source && { kind: "egress", ...source }, pattern } };
    const opens = leaseShown && rule === notListed;
    if (outcome === "deny" && (reachesNetwork || always.includes(rule)) && !opens) return { outcome, ...decision };
    if ((outcome === "ask" || opens) && reachesNetwork) asking ??= { outcome: "needs_approval", ...decision };
  }
  if (reachesNetwork && hosts.length === 0) return { outcome: "needs_approval", rule: "egress.no_host", message: `${input.tool} reaches a network, and its arguments do not say which host.` };
  return asking;
};

/** A row that restricts paths or domains is about something that the arguments must name. */
export const restrictionStage: Stage = ({ state, input, boundaries: { touched } }) => {
  const grids = [...ofKind(state.documents, "capabilities").flatMap(({ content }) => content?.tools ?? []), ...state.tools];
  for (const row of grids) {
    if ((!row.paths && !row.domains) || !globs([row.tool])(input.tool)) continue;
    if (row.paths && !touched.some(({ resource }) => resource.type === "Path")) return missing("path", row.tool, row.paths);
    if (row.domains && !touched.some(({ resource }) => resource.type === "Domain")) return missing("domain", row.tool, row.domains);
  }
  return null;
};

function missing(what: "path" | "domain", tool: string, allowed: readonly string[]): Decision {
  const list = allowed.length > 0 ? `only ${allowed.slice(0, 10).join(", ")}` : "none at all";
  return { outcome: "deny", rule: `capability.${what}`, message: `The policy lets ${tool} use ${list} as a ${what}, and the arguments name none that can be checked.` };
}

/** Cedar, with grid and level compiled to it, for everything that is touched. */
export const cedarStage: Stage = (subject) => {
  const { state, boundaries } = subject;
  const compiled = compilePolicies(partsOf(state));
  let asking: PolicyAnswer | null = null;
  for (const level of state.levels ?? [state.level]) {
    for (const boundary of boundaries.touched) {
      const answer = evaluatePolicies(compiled, { ...questionOf(subject, level), boundary });
      if (answer.outcome === "deny") return decisionOf(answer);
      if (answer.outcome === "needs_approval") asking ??= answer;
    }
  }
  return asking && decisionOf(asking);
};

function questionOf({ state, input, classification, at }: Subject, level: SandboxLevel) {
  const { agentId, agentKind, ownerId, organizationId, workspaceId, templateId, keyId } = state;
  return {
    agent: { id: agentId, kind: agentKind, level, ownerId, organizationId, workspaceId, templateId },
    keyId,
    context: {
      approved: false, tool: input.tool, operation: input.operation, risk: classification.risk,
      costMicros: input.estimatedCostMicros, purposeGiven: input.purpose !== "", at,
    },
  };
}

/** Everything that says what an agent may do, the widest scope first. */
export function partsOf({ documents, agentId, policyVersion, tools, currency }: Pick<AgentState, "documents" | "agentId" | "policyVersion" | "tools" | "currency">): PolicyPart[] {
  const above = documents.flatMap((document): PolicyPart[] => {
    const { scopeType, scopeId, version } = document;
    if (isKind(document, "capabilities")) return [{ kind: "capabilities", scopeType, scopeId, version, rows: document.content?.tools ?? null, currency }];
    if (isKind(document, "cedar") && scopeType !== "template") return [{ kind: "cedar", scopeType, scopeId, version, text: document.content?.text ?? null }];
    return [];
  });
  return [...above, { kind: "capabilities", scopeType: "agent", scopeId: agentId, version: policyVersion, rows: tools, currency }];
}

function decisionOf({ outcome, rule, message, source }: PolicyAnswer): Decision {
  return { outcome, rule, message, ...(source ? { detail: { source: { ...source } } } : {}) };
}

function isKind<K extends DocumentKind>(document: DocumentInForce, kind: K): document is DocumentInForce<K> {
  return document.kind === kind;
}

/** Those of one kind, the widest scope first. */
export function ofKind<K extends DocumentKind>(documents: readonly DocumentInForce[], kind: K): DocumentInForce<K>[] {
  return documents.filter((document): document is DocumentInForce<K> => isKind(document, kind));
}
