import type { Tx } from "@/db/tenant";
import { formatAmount } from "@/lib/budgets/amount";
import { reserve, type Crossing } from "@/lib/budgets/reserve";
import { leftMicros, type OpenWindow } from "@/lib/budgets/window";
import { marksHash } from "@/lib/governance/in-force";
import { type LeaseBook, type LeaseRefused, type LeaseTaken, lockLeases } from "@/lib/leases/take";
import type { ShownLease } from "@/lib/leases/token";
import { tokenLimits } from "@/lib/rates/counted";
import { rateLimits } from "@/lib/rates/limits";
import { lockRates, type RateAsk, type RateBook, tokenRule } from "@/lib/rates/take";
import { lockStandings, type StandingBook, type StandingTaken } from "@/lib/standing/take";
import type { Decision } from "./decide";
import type { Judgement } from "./judge";
import type { AgentRecord } from "./load-agents";
import { ofKind } from "./policy-stages";
import type { Submission } from "./submission";
import { lockWaiting, queueFull, type Waiting } from "./waiting";

/** The rule that refuses an action which alone would use too many tokens. */
const tokensPerActionRule = "limit.tokens_per_action";

/** What decisions of one batch take from one another, locked until they are written. */
export type Books = { waiting: Map<string, Waiting>; standing: StandingBook; leases: LeaseBook; rates: RateBook };

/** What one decision takes. `held` null: it was denied, and nothing was taken. */
export type Taken = { decision: Decision; held: { windows: OpenWindow[]; crossings: Crossing[] } | null; standing: StandingTaken | null; lease: LeaseTaken | null };

/** What is asked of the books: a stored submission, or one that is only tried. */
type Asked = Pick<Submission, "id" | "input" | "lease">;
type Judged = { agent: AgentRecord; judgement: Judgement; submission: Asked };

/** In this order after the budgets' windows, so that two transactions never wait for one another. */
export async function lockBooks(tx: Tx, judged: readonly Judged[]): Promise<Books> {
  const asking = judged.filter(({ judgement }) => judgement.verdict.outcome === "needs_approval").map(({ agent }) => agent);
  const going = judged.filter(({ judgement }) => judgement.verdict.outcome !== "deny");
  return {
    waiting: await lockWaiting(tx, asking),
    standing: await lockStandings(tx, asking.map(({ agentId }) => agentId)),
    leases: await lockLeases(tx, going.flatMap(({ submission }) => submission.lease ?? [])),
    rates: await lockRates(tx, going.flatMap(({ agent, submission }) => rateAsk(agent, submission.input) ?? [])),
  };
}

/** The rates that a call is under, and the counts of what tokens it uses; null, as for most: none. */
function rateAsk(agent: AgentRecord, { tool, estimatedTokens = 0 }: Asked["input"]): RateAsk | null {
  const rows = [...ofKind(agent.documents, "capabilities").flatMap(({ content }) => content?.tools ?? []), ...agent.tools].filter((row) => row.rate);
  const rates = rows.length === 0 ? [] : rateLimits(rows.map((row) => ({ tool: row.tool, rate: row.rate ?? null })), tool);
  const limits = [...rates, ...tokenLimits(agent.limits, estimatedTokens)];
  return limits.length === 0 ? null : { agentId: agent.agentId, limits };
}

/**
 * Takes what an action needs, or nothing at all: a standing approval instead of a person, a place among those that wait, a call
 * of its rates, and money on every budget. Changes the books and the windows.
 */
export function take(submission: Asked, agent: AgentRecord, judgement: Judgement, amount: number, windows: readonly OpenWindow[], books: Books): Taken {
  const no = (decision: Decision): Taken => ({ decision, held: null, standing: null, lease: null });
  if (judgement.verdict.outcome === "deny") return no(judgement.verdict);
  const tooMany = tooManyTokens(agent, submission.input);
  if (tooMany) return no(tooMany);
  const ask = rateAsk(agent, submission.input);
  const exceeded = ask && books.rates.exceeded(ask);
  if (exceeded) {
    const { rule, message, limit, retryAt } = exceeded;
    const { tool, calls, period } = limit;
    const limited = rule === tokenRule ? { limit: { tokens: calls, period } } : { rate: { tool, calls, period } };
    return no({ outcome: "deny", rule, message, detail: { ...limited, retryAt: retryAt.toISOString() } });
  }
  const asks = judgement.verdict.outcome === "needs_approval";
  const lease = asks && submission.lease ? takeLease(submission, submission.lease, agent, judgement, amount, books.leases) : null;
  if (lease?.ok === false) return no({ outcome: "deny", rule: lease.rule, message: lease.message, detail: { asked: judgement.verdict.rule } });
  const standing = asks && !lease ? takeStanding(submission, agent, judgement, amount, books.standing) : null;
  const asked = judgement.verdict.rule;
  const verdict: Decision = lease
    ? { outcome: "allow", rule: lease.rule, message: lease.message, detail: { asked, leaseId: lease.leaseId } }
    : standing
    ? { outcome: "allow", rule: standing.rule, message: standing.message, detail: { asked, standingId: standing.standingId } }
    : withinQueue(judgement.verdict, agent, books.waiting.get(agent.agentId));
  const reserved = verdict.outcome === "deny" ? null : reserve(windows, amount);
  if (!reserved?.ok) {
    if (standing) books.standing.giveBack(submission.id);
    if (lease) books.leases.giveBack(submission.id);
    return no(reserved ? overBudget(reserved.window, reserved.leftMicros, amount, agent.currency) : verdict);
  }
  if (ask) books.rates.take(ask);
  const waiting = books.waiting.get(agent.agentId);
  if (verdict.outcome === "needs_approval" && waiting) waiting.count++;
  return { decision: verdict, held: reserved, standing, lease };
}

/** More at once than may be used in one action, or ever: waiting would not help. */
function tooManyTokens({ limits }: AgentRecord, { estimatedTokens = 0 }: Asked["input"]): Decision | null {
  const { tokensPerAction, tokensPerDay, tokensPerMonth } = limits;
  const most = Math.min(...[tokensPerAction, tokensPerDay, tokensPerMonth].map((limit) => limit ?? Infinity));
  if (estimatedTokens <= most) return null;
  return { outcome: "deny", rule: tokensPerActionRule, message: `This agent may use ${most} tokens in one action; this needs ${estimatedTokens}.`, detail: { limit: { tokens: most, period: "action" } } };
}

function takeLease({ id, input }: Asked, shown: ShownLease, agent: AgentRecord, { classification, closed, plan }: Judgement, costMicros: number, book: LeaseBook): LeaseTaken | LeaseRefused {
  const { tool, operation, resource } = input;
  const { agentId, workspaceId, keyMakerId } = agent;
  return book.take({ submissionId: id, shown, agentId, workspaceId, keyMakerId, plan, tool, operation, resource, hosts: closed, costMicros, risk: classification.risk });
}

function takeStanding({ id, input }: Asked, agent: AgentRecord, { classification, plan }: Judgement, costMicros: number, book: StandingBook): StandingTaken | null {
  return book.take({
    submissionId: id,
    agentId: agent.agentId,
    keyMakerId: agent.keyMakerId,
    tool: input.tool,
    operation: input.operation,
    resource: input.resource,
    arguments: input.arguments,
    costMicros,
    risk: classification.risk,
    policyVersion: agent.policyVersion,
    policies: marksHash(agent.marks),
    plan,
  });
}

/** What has to wait for a person is refused when too much of the agent waits already. */
function withinQueue(verdict: Decision, agent: AgentRecord, waiting: Waiting | undefined): Decision {
  const limit = agent.maxWaitingApprovals;
  if (verdict.outcome !== "needs_approval" || (waiting && waiting.count < limit)) return verdict;
  return {
    outcome: "deny",
    rule: queueFull,
    message: `This needs a person's yes, and ${limit} requests of this agent wait for one already, which is as many as its policy lets wait.`,
    detail: { waiting: { limit }, withdraw: { method: "POST", path: "/api/v1/actions/{id}/cancel" } },
  };
}

function overBudget(window: OpenWindow, left: number, amount: number, currency: string): Decision {
  const cap = window.capMicros + window.raisedMicros;
  const missing = amount - leftMicros(window);
  const state = missing > amount ? `is overdrawn by ${formatAmount(missing - amount, currency)}, with a cap of` : `has ${formatAmount(left, currency)} left of`;
  return {
    outcome: "deny",
    rule: "budget.hard_cap",
    message:
      `The ${window.period}'s budget of the ${window.scopeType} ${state} ${formatAmount(cap, currency)}; ` +
      `this needs ${formatAmount(amount, currency)}. It resets at ${window.endsAt.toISOString()}.`,
    detail: {
      budget: {
        id: window.budgetId,
        windowId: window.windowId,
        scope: window.scopeType,
        scopeId: window.scopeId,
        period: window.period,
        capMicros: cap,
        leftMicros: left,
        neededMicros: amount,
        currency,
        resetsAt: window.endsAt.toISOString(),
      },
      ask: { method: "POST", path: "/api/v1/budget-requests", body: { budgetId: window.budgetId, amountMicros: missing, reason: "Why it is needed" } },
    },
  };
}
