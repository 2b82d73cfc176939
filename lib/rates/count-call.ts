import { inTenant, prepared } from "@/db/tenant";
import { recordEvent } from "@/lib/audit/record";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { groupCommit, type Outcome } from "@/lib/group-commit";
import { auditQuota } from "@/lib/requests/quota";
import { type Exceeded, lockRates, type RateAsk } from "./take";

/**
 * Counts a call of the API by an agent whose calls are limited, in one transaction with those that arrive meanwhile: exact
 * however many servers there are. Costs nothing where they are not limited. What is refused is not counted.
 * @throws AppError `rate_limited` with the rule, and the seconds after which there is room.
 */
export async function countApiCall(ctx: AgentCtx): Promise<void> {
  const { callLimits: limits = [] } = ctx;
  if (limits === null) throw new AppError("unavailable", "How often this agent may call cannot be read, so its calls are not answered.", { hint: "Tell the organization's admins: a grid above the agent cannot be read." });
  if (limits.length === 0) return;
  const exceeded = await commitCall(ctx.organizationId, { agentId: ctx.actor.id, limits });
  if (!exceeded) return;
  await recordRefusal(ctx, exceeded);
  const { rule, message, limit, retryAt, retryAfterSeconds } = exceeded;
  throw new AppError("rate_limited", message, {
    hint: "Wait as long as Retry-After says; nothing was done. Waiting calls and event streams ask less often than asking again does.",
    retryAfterSeconds,
    extensions: { rule, limit: { calls: limit.calls, period: limit.period }, retryAt: retryAt.toISOString() },
  });
}

const commitCall = groupCommit<RateAsk, Exceeded | null>({
  name: "calls",
  maxBatch: 500,
  maxWaiting: 20_000,
  splitOn: () => false,
  commit: (organizationId, asks) =>
    inTenant(database(), organizationId, async (tx) => {
      const book = await lockRates(tx, asks);
      const outcomes = asks.map((ask): Outcome<Exceeded | null> => {
        const exceeded = book.exceeded(ask);
        if (!exceeded) book.take(ask);
        return { ok: true, value: exceeded };
      });
      for (const statement of book.statements()) await prepared(tx, statement);
      return outcomes;
    }),
});

const quota = auditQuota(1);

/** The first at once, then one a minute that says how many came between: who is told to wait and does not must not fill the audit. */
async function recordRefusal(ctx: AgentCtx, { rule, message, limit }: Exceeded): Promise<void> {
  const repeated = quota.take(ctx.actor.id);
  if (repeated === null) return;
  try {
    await recordEvent(ctx, {
      action: "requests.rejected",
      resource: { type: "agent", id: ctx.actor.id, name: ctx.actor.name, workspaceId: ctx.actor.workspaceId },
      details: { code: "rate_limited", rule, message, calls: limit.calls, period: limit.period, repeated },
      outcome: "blocked",
    });
  } catch (cause) {
    quota.forget(ctx.actor.id);
    throw cause;
  }
}
