import { authorize, may } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { KeyChanged } from "@/lib/ctx/key-changed";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { metrics } from "@/lib/metrics/metrics";
import { read } from "@/lib/transact";
import { lockedHint } from "@/lib/locks/standing";
import { commitDecision } from "./commit-decisions";
import { openLease } from "@/lib/leases/token";
import { rateRule, tokenRule } from "@/lib/rates/take";
import { lockRule } from "./decide";
import { canonicalArguments, requestHash } from "./digest";
import { isSandboxTool, parseSandboxArguments, sandboxTools } from "./sandbox-arguments";
import type { ActionView, SubmitActionInput } from "./schemas";
import { actionView, type ActionRow } from "./view";
import { queueFull } from "./waiting";

export type Submitted = { action: ActionView; replayed: boolean };

/**
 * Decides an agent's action: one durable group commit writes the action, its reservation, its approval or run, its audit
 * event and its job event. The same idempotency key with the same request gives the same answer again.
 * With `fromMemory`, the context is one of `rememberedKeyCtx`, and is compared with the stored key before anything is decided.
 * @throws KeyChanged when it differs; AppError `locked`, `policy_denied`, `budget_exceeded` or `approval_queue_full` with the rule and the stored action; `idempotency_key_reused`.
 */
export async function submitAction(ctx: AgentCtx, input: SubmitActionInput, idempotencyKey: string, { fromMemory = false } = {}): Promise<Submitted> {
  const target = { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id };
  const permitted = may(ctx, "actions", "submit", target);
  if (!permitted && fromMemory) throw new KeyChanged();
  if (!permitted) await read(ctx, async (tx) => authorize(tx, ctx, "actions", "submit", target));
  const sandbox = isSandboxTool(input.tool)
    ? { language: sandboxTools[input.tool], args: parseSandboxArguments(input.arguments) }
    : null;
  const canonical = canonicalArguments(input.arguments);
  const { row, replayed } = await commitDecision(ctx.organizationId, {
    ctx,
    fromMemory,
    id: newId(),
    input,
    idempotencyKey,
    canonical,
    requestHash: requestHash(input, canonical),
    sandbox,
    lease: input.lease === undefined ? null : await openLease(input.lease, { organizationId: ctx.organizationId, agentId: ctx.actor.id }),
    receivedAt: new Date(),
  });
  if (!replayed) metrics().decisions.inc({ outcome: row.decision, risk: row.risk });
  if (row.decision === "deny") throw denied(row);
  return { action: actionView(row), replayed };
}

function denied(row: ActionRow): AppError {
  const { code, hint } = refusalOf(row.rule);
  const { retryAt } = row.ruleDetail;
  const retryAfterSeconds = typeof retryAt === "string" ? Math.max(1, Math.ceil((Date.parse(retryAt) - Date.now()) / 1000)) : undefined;
  return new AppError(code, row.ruleMessage, { hint, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }), extensions: { rule: row.rule, ...row.ruleDetail, action: actionView(row) } });
}

function refusalOf(rule: string): { code: "budget_exceeded" | "approval_queue_full" | "rate_limited" | "locked" | "policy_denied"; hint: string } {
  if (rule === rateRule || rule === tokenRule) return { code: "rate_limited", hint: "Wait as long as Retry-After says, then send it with a new Idempotency-Key." };
  if (rule === lockRule) return { code: "locked", hint: `${lockedHint} Then send it with a new Idempotency-Key.` };
  if (rule.startsWith("budget.")) return { code: "budget_exceeded", hint: "Wait until the budget resets, lower the cost, or ask for more: see 'ask'." };
  if (rule === queueFull) {
    return {
      code: "approval_queue_full",
      hint: "Wait until people have decided some of them, or withdraw what is no longer needed: see 'withdraw'. Then send it with a new Idempotency-Key.",
    };
  }
  return { code: "policy_denied", hint: "The agent's owner can see the rule on the agent's policy page and ask for a change." };
}
