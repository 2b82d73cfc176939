import type { agentKinds, sandboxLevels, ToolCapability } from "@/db/schema/agent";
import type { Boundaries } from "@/lib/boundaries/of-action";
import { formatAmount } from "@/lib/budgets/amount";
import type { Classification } from "@/lib/classification/classify";
import { riskRank } from "@/lib/classification/risk";
import type { DocumentInForce } from "@/lib/governance/in-force";
import { lockDetail, lockMessage, lockOn, type StandingLock } from "@/lib/locks/standing";
import { boundaryStage, cedarStage, documentStage, egressStage, restrictionStage } from "./policy-stages";
import { isSandboxTool, sandboxTools } from "./sandbox-arguments";
import type { RiskClass, SubmitActionInput } from "./schemas";

export type SandboxLevel = (typeof sandboxLevels)[number];

export type AgentState = {
  organizationId: string;
  workspaceId: string;
  agentId: string;
  templateId: string | null;
  ownerId: string;
  agentKind: (typeof agentKinds)[number];
  keyId: string;
  agentStatus: "draft" | "active" | "suspended" | "retired";
  keyRevoked: boolean;
  keyExpired: boolean;
  policyVersion: number;
  level: SandboxLevel;
  /** All that hold at once, where levels above the agent ask for another one than its own; see `effectivePolicy`. */
  levels?: readonly SandboxLevel[];
  tools: readonly ToolCapability[];
  costThresholdMicros: number;
  riskThreshold: RiskClass;
  currency: string;
  /** Those on the key, the agent and its workspace, and all on tools there. */
  locks: readonly StandingLock[];
  /** Those that asked for it, its parent first: what they may not, it may not either. */
  above?: readonly AgentAbove[];
  /** What it is under besides its own policy, the widest scope first. */
  documents: readonly DocumentInForce[];
};

export type AgentAbove = Pick<AgentState, "agentId" | "agentKind" | "agentStatus" | "ownerId" | "templateId" | "policyVersion" | "level" | "tools" | "costThresholdMicros" | "riskThreshold">;

export type Decision = {
  outcome: "allow" | "needs_approval" | "deny";
  rule: string;
  message: string;
  /** What a refusal needs said in a form that a program can use; of a policy, which one it is. */
  detail?: Record<string, unknown>;
};

export type Subject = {
  input: Pick<SubmitActionInput, "tool" | "operation" | "purpose" | "estimatedCostMicros">;
  state: AgentState;
  classification: Classification;
  boundaries: Boundaries;
  /** A lease came with it, which may open what no list has. */
  leaseShown: boolean;
  at: Date;
};

/** One stage of the decision. `deny` ends it; `needs_approval` is remembered and the next one is still asked. */
export type Stage = (subject: Subject) => Decision | null;

const deny = (rule: string, message: string): Decision => ({ outcome: "deny", rule, message });
const ask = (rule: string, message: string): Decision => ({ outcome: "needs_approval", rule, message });

/** The rule of whatever a lock denies. */
export const lockRule = "lock";

const lockStage: Stage = ({ input, state }) => {
  const lock = lockOn(state.locks, input.tool);
  return lock && { ...deny(lockRule, lockMessage(lock)), detail: { lock: lockDetail(lock) } };
};

const keyStage: Stage = ({ state }) => {
  if (state.keyRevoked) return deny("key.revoked", "This API key was revoked.");
  if (state.keyExpired) return deny("key.expired", "This API key has expired.");
  return null;
};

const agentStage: Stage = ({ state }) =>
  state.agentStatus === "active" ? null : deny("agent.not_active", `This agent is ${state.agentStatus}; only active agents may act.`);

/** The area of sandbox tools holds those that really run there: the agent cannot carry out one of its own under the name. */
const sandboxStage: Stage = ({ input }) =>
  /^sandbox(?:[.:/]|$)/.test(input.tool) && !isSandboxTool(input.tool)
    ? deny("sandbox.unknown_tool", `${input.tool} is not a tool of the sandbox; there are ${Object.keys(sandboxTools).join(", ")}.`)
    : null;

const riskStage: Stage = ({ state, classification: { risk, reasons } }) => {
  if (riskRank(risk) < riskRank(state.riskThreshold) && risk !== "CRITICAL") return null;
  return ask("risk.threshold", `Risk ${risk} is at or above this agent's threshold ${state.riskThreshold}: ${reasons.join("; ")}.`);
};

const costStage: Stage = ({ input, state }) =>
  input.estimatedCostMicros < state.costThresholdMicros
    ? null
    : ask(
        "cost.threshold",
        `The estimated cost ${formatAmount(input.estimatedCostMicros, state.currency)} is at or above this agent's threshold ${formatAmount(state.costThresholdMicros, state.currency)}.`,
      );

/**
 * The order of the decision. Guardrails come before classification once they exist. What depends on others comes after, in the
 * transaction that takes it: standing approvals, approval policies, rates, budgets.
 */
const stages: readonly Stage[] = [
  lockStage, keyStage, agentStage, sandboxStage, documentStage, boundaryStage, egressStage, restrictionStage, cedarStage, riskStage, costStage,
];

/** What is asked again for each agent above. */
const stagesAbove: readonly Stage[] = [agentStage, restrictionStage, cedarStage, riskStage, costStage];

/** Decides everything but the budget. The first denial ends it; otherwise the first request for approval is named. */
export function decide(subject: Subject): Decision {
  const { above = [], ...state } = subject.state;
  const own = run(stages, subject);
  if (own?.outcome === "deny") return own;
  let approval = own;
  for (const one of above) {
    const answer = run(stagesAbove, { ...subject, state: { ...state, levels: [one.level], ...one } });
    const told = answer && { ...answer, message: `Of an agent above this one: ${answer.message}` };
    if (told?.outcome === "deny") return told;
    approval ??= told;
  }
  return approval ?? { outcome: "allow", rule: "policy.allowed", message: "The agent's policy allows it." };
}

function run(of: readonly Stage[], subject: Subject): Decision | null {
  let approval: Decision | null = null;
  for (const stage of of) {
    const result = stage(subject);
    if (result?.outcome === "deny") return result;
    approval ??= result;
  }
  return approval;
}
