import type { ToolCapability } from "@/db/schema/agent";
import { formatAmount } from "@/lib/budgets/amount";
import type { Classification } from "@/lib/classification/classify";
import { riskRank } from "@/lib/classification/risk";
import { globs } from "./globs";
import { lockDetail, lockMessage, lockOn, type StandingLock } from "@/lib/locks/standing";
import { isSandboxTool, sandboxTools } from "./sandbox-arguments";
import type { RiskClass, SubmitActionInput } from "./schemas";

export type AgentState = {
  agentStatus: "draft" | "active" | "suspended" | "retired";
  keyRevoked: boolean;
  keyExpired: boolean;
  policyVersion: number;
  level: "strict" | "standard" | "trusted" | "isolated";
  tools: readonly ToolCapability[];
  costThresholdMicros: number;
  riskThreshold: RiskClass;
  currency: string;
  /** Those on the key, the agent and its workspace, and all on tools there. */
  locks: readonly StandingLock[];
};

export type Decision = {
  outcome: "allow" | "needs_approval" | "deny";
  rule: string;
  message: string;
  /** What a refusal needs said in a form that a program can use. */
  detail?: Record<string, unknown>;
};

type Subject = { input: Pick<SubmitActionInput, "tool" | "estimatedCostMicros">; state: AgentState; classification: Classification };

/** One boundary of the decision. `deny` ends it; `needs_approval` is remembered and the next one is still asked. */
type Stage = (subject: Subject) => Decision | null;

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

const levelStage: Stage = ({ input, state }) => {
  if (state.level === "isolated" && !isSandboxTool(input.tool)) {
    return deny("level.isolated", "This agent is isolated: it may use the sandbox and nothing else.");
  }
  if (state.level === "strict") return ask("level.strict", "This agent is at level strict: everything it does needs a person's yes.");
  return null;
};

/** All rows that match count, and the narrowest answer wins: blocked over approval over allowed. */
const capabilityStage: Stage = ({ input, state }) => {
  const rows = state.tools.filter((row) => globs([row.tool])(input.tool));
  if (rows.some((row) => row.mode === "blocked")) return deny("capability.blocked", `The policy blocks ${input.tool}.`);
  const ceilings = rows.flatMap((row) => (row.costCeilingMicros === null ? [] : [row.costCeilingMicros]));
  const ceiling = Math.min(...ceilings);
  if (ceilings.length > 0 && input.estimatedCostMicros > ceiling) {
    return deny("capability.cost_ceiling", `One call of ${input.tool} may cost at most ${formatAmount(ceiling, state.currency)}.`);
  }
  if (rows.some((row) => row.mode === "approval")) return ask("capability.approval", `The policy asks a person for every ${input.tool}.`);
  if (rows.length > 0 || state.level === "trusted") return null;
  return state.level === "isolated"
    ? deny("capability.not_listed", `${input.tool} is not on this agent's list.`)
    : ask("capability.not_listed", `${input.tool} is not on this agent's list of tools.`);
};

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
 * The order of the decision. Guardrails come before classification once they exist; Cedar comes after the capability matrix. Budgets come last, in the transaction that reserves.
 */
const stages: readonly Stage[] = [lockStage, keyStage, agentStage, sandboxStage, levelStage, capabilityStage, riskStage, costStage];

/** Decides everything but the budget. The first denial ends it; otherwise the first request for approval is named. */
export function decide(subject: Subject): Decision {
  let approval: Decision | null = null;
  for (const stage of stages) {
    const result = stage(subject);
    if (result?.outcome === "deny") return result;
    approval ??= result;
  }
  return approval ?? { outcome: "allow", rule: "policy.allowed", message: "The agent's policy allows it." };
}
