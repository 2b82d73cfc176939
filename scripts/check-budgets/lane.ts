import type postgres from "postgres";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { cancelAction } from "@/lib/actions/cancel";
import { reportOutcome } from "@/lib/actions/report-outcome";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { decideApproval } from "@/lib/approvals/decide";
import { expireApprovals } from "@/lib/approvals/expire";
import { expireReservations } from "@/lib/budgets/expire-reservations";
import { loadBudget } from "@/lib/budgets/load";
import { requestRaise } from "@/lib/budgets/request-raise";
import { setBudget } from "@/lib/budgets/set";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { claimRun } from "@/lib/runs/claim";
import { recordResult } from "@/lib/runs/record-result";
import type { Client } from "./client";
import type { Callers } from "./callers";
import type { Answer, Call } from "./history";
import type { Random } from "./random";
import { resultOf } from "./result";
import { letExpire, openRaises, openTargets, type Target } from "./targets";
import type { World } from "./world";

/** How often each is chosen, in thousandths of what is not a submission's follow-up. */
const weights = { submit: 560, follow: 380, clock: 12, set: 16, raise: 32 };
const tools = ["crm.read", "crm.read", "crm.read", "crm.update", "mail.send", "sandbox.python"];
const attempts = 4;

/** One client after another: picks what to do next, does it, and does it again when the connection was lost. */
export class Lane {
  private targets: Target[] = [];
  private seenAt = 0;

  constructor(
    private readonly world: World,
    private readonly callers: Callers,
    private readonly client: Client,
    private readonly random: Random,
    private readonly sql: postgres.Sql,
  ) {}

  isIn(organizationId: string): boolean {
    return this.world.organizationId === organizationId;
  }

  async step(): Promise<void> {
    const drawn = this.random.below(1000);
    if (drawn < weights.submit) return this.submitSomething();
    if (drawn < weights.submit + weights.follow) return this.followSomething();
    if (drawn < weights.submit + weights.follow + weights.clock) return this.expireSomething();
    if (drawn < weights.submit + weights.follow + weights.clock + weights.set) return this.setSomething();
    return this.raiseSomething();
  }

  /** Sends a call that a killed client never got an answer to once more, as it was. */
  async resubmit(call: Pick<Call, "agentId" | "idempotencyKey" | "tool" | "amountMicros">): Promise<void> {
    const agent = this.world.agents.find((one) => one.id === call.agentId);
    if (agent && call.idempotencyKey && call.tool && call.amountMicros !== null) await this.submit(agent.id, call.idempotencyKey, call.tool, call.amountMicros);
  }

  private async submitSomething(): Promise<void> {
    const agent = this.random.pick(this.world.agents);
    if (!agent) return;
    const kind = this.random.below(100);
    // All clients that come by in the same moment send the very same request.
    if (kind < 5) {
      const slot = Math.floor(Date.now() / 40);
      const first = this.world.agents[slot % this.world.agents.length] ?? agent;
      return this.submit(first.id, `slot-${slot}`, "crm.read", 1_000 + ((slot * 7919) % 90_000));
    }
    const tool = this.random.pick(tools) ?? "crm.read";
    const cost = kind < 9 ? await this.exactlyWhatIsLeft(agent.scopeIds) : this.random.below(this.random.below(10) === 0 ? 900_000 : 90_000);
    const key = newId();
    if (kind >= 95) {
      await Promise.all([this.submit(agent.id, key, tool, cost), this.submit(agent.id, key, tool, cost)]);
      return;
    }
    await this.submit(agent.id, key, tool, cost);
  }

  private async submit(agentId: string, idempotencyKey: string, tool: string, amountMicros: number): Promise<void> {
    const args = tool.startsWith("sandbox.") ? { code: "print(1)", timeoutSeconds: 1 } : { row: 1 };
    const input = SubmitActionInput.parse({ tool, arguments: args, estimatedCostMicros: amountMicros });
    await this.again(() =>
      this.client.call({ move: "submit", organizationId: this.world.organizationId, agentId, idempotencyKey, tool, amountMicros }, async (requestId) => {
        const { action } = await submitAction(this.callers.agent(agentId, requestId), input, idempotencyKey);
        return { actionId: action.id, said: action.decision.outcome };
      }),
    );
  }

  private async exactlyWhatIsLeft(scopeIds: readonly string[]): Promise<number> {
    const lefts = this.world.budgets.filter((budget) => budget.hard && scopeIds.includes(budget.scopeId)).map(async (budget) => {
      const { window } = await loadBudget(this.callers.banker(newId()), { id: budget.id });
      return window.leftMicros;
    });
    return Math.max(0, Math.min(...(await Promise.all(lefts).catch(() => [5_000]))));
  }

  private async followSomething(): Promise<void> {
    if (Date.now() - this.seenAt > 150 || this.targets.length === 0) {
      this.targets = await openTargets(this.sql, this.world.organizationId);
      this.seenAt = Date.now();
    }
    const target = this.random.pick(this.targets);
    if (!target) return this.submitSomething();
    if (this.random.below(100) < 8) return this.cancel(target);
    if (target.status === "pending_approval") return this.decide(target.approvalId, target.digest);
    if (target.runId) return target.jobNonce ? this.result(target) : this.claim(target);
    return target.status === "allowed" ? this.grant(target) : this.report(target);
  }

  private grant({ actionId, agentId }: Target): Promise<void> {
    return this.ask("grant", actionId, (requestId) => takeGrant(this.callers.agent(agentId, requestId), { id: actionId }));
  }

  private report({ actionId, agentId, reservedMicros }: Target): Promise<void> {
    const costMicros = this.realCost(reservedMicros);
    return this.ask("report", actionId, (requestId) => reportOutcome(this.callers.agent(agentId, requestId), { id: actionId, status: "succeeded", costMicros, summary: "" }), costMicros);
  }

  /** Mostly far less than was reserved, sometimes nothing, sometimes more. */
  private realCost(reservedMicros: number): number {
    const kind = this.random.below(10);
    if (kind === 0) return 0;
    return this.random.below(kind === 1 ? reservedMicros * 3 + 2 : Math.ceil(reservedMicros / 4) + 1);
  }

  private cancel({ actionId, agentId }: Target): Promise<void> {
    return this.ask("cancel", actionId, (requestId) => cancelAction(this.callers.agent(agentId, requestId), { id: actionId }));
  }

  private decide(approvalId: string | null, digest: string): Promise<void> {
    const decision = this.random.below(4) === 0 ? "rejected" : "approved";
    if (!approvalId) return Promise.resolve();
    return this.ask("decide", approvalId, (requestId) => decideApproval(this.callers.supervisor(this.random, requestId), { id: approvalId, digest, decision, reason: "checked" }));
  }

  private claim({ actionId, runId }: Target): Promise<void> {
    return this.ask("claim", actionId, async (requestId) => ({ said: await claimRun(systemCtx("runs", this.world.organizationId, requestId), { runId: runId ?? "" }) }));
  }

  private result({ actionId, runId, jobNonce }: Target): Promise<void> {
    const once = { nonce: newId(), expiresAt: new Date(Date.now() + 3_600_000) };
    const result = resultOf(runId ?? "", jobNonce ?? "", this.random.below(1_000));
    return this.ask("result", actionId, async (requestId) => ({
      said: (await recordResult(systemCtx("runner", this.world.organizationId, requestId), result, once)) ? "taken" : "too late",
    }));
  }

  private async expireSomething(): Promise<void> {
    const target = this.random.pick(this.targets);
    if (target) await letExpire(this.sql, target);
    const { organizationId } = this.world;
    await this.ask("expire", null, async (requestId) => {
      await expireApprovals(systemCtx("approvals", organizationId, requestId));
      await expireReservations(systemCtx("budgets", organizationId, requestId));
    });
  }

  private setSomething(): Promise<void> {
    const budget = this.random.pick(this.world.budgets);
    if (!budget) return Promise.resolve();
    const { id, ...rest } = budget;
    const capMicros = Math.floor(rest.capMicros * (0.3 + this.random.next()));
    return this.ask("set", id, (requestId) => setBudget(this.callers.banker(requestId), { ...rest, capMicros }), capMicros);
  }

  private async raiseSomething(): Promise<void> {
    const waiting = this.random.pick(await openRaises(this.sql, this.world.organizationId));
    if (waiting) return this.decide(waiting.id, waiting.digest);
    const agent = this.random.pick(this.world.agents);
    const budget = this.random.pick(this.world.budgets.filter((one) => agent?.scopeIds.includes(one.scopeId)));
    if (!agent || !budget) return;
    const amountMicros = 1 + this.random.below(400_000);
    await this.ask("ask", budget.id, (requestId) => requestRaise(this.callers.agent(agent.id, requestId), { budgetId: budget.id, amountMicros, reason: "checked" }), amountMicros);
  }

  private async ask(move: Call["move"], subject: string | null, verb: (requestId: string) => Promise<unknown>, amountMicros: number | null = null): Promise<void> {
    await this.again(() =>
      this.client.call({ move, organizationId: this.world.organizationId, subject, amountMicros }, async (requestId) => {
        const value = await verb(requestId);
        return { said: value && typeof value === "object" && "said" in value ? String(value.said) : "" };
      }),
    );
  }

  /** A client whose connection was lost asks again, with the same key. */
  private async again(ask: () => Promise<Answer>): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) if ((await ask()).outcome !== "lost") return;
  }
}
