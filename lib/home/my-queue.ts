import { eq } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { authorizeSelf } from "@/lib/ability/authorize";
import { queuePage } from "@/lib/approvals/queue-order";
import { whereDecidable } from "@/lib/approvals/where-decidable";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

/** The first requests that wait for this person's own decision: the riskiest, then the oldest. */
export async function myQueue(ctx: PersonCtx, input: { limit: number }) {
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const mine = whereDecidable(tx, ctx);
    const page = await queuePage({ size: input.limit }, ({ orderBy, limit }) =>
      tx
        .select({
          id: approval.id,
          kind: approval.kind,
          risk: approval.risk,
          amountMicros: approval.amountMicros,
          why: approval.why,
          tool: action.tool,
          agentName: agent.name,
          createdAt: approval.createdAt,
          expiresAt: approval.expiresAt,
        })
        .from(approval)
        .leftJoin(action, eq(action.id, approval.actionId))
        .leftJoin(agent, eq(agent.id, approval.agentId))
        .where(mine)
        .orderBy(...orderBy)
        .limit(limit),
    );
    return page.rows;
  });
}
