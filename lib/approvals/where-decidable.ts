import { and, eq, gt, or, sql, type SQL } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";

const columns = { workspaceId: approval.workspaceId, agentId: approval.agentId };

/** Requests that wait, and that this person may decide; the same rules as `decisionObstacle`, in SQL. */
export function whereDecidable(tx: Tx, ctx: PersonCtx): SQL | undefined {
  return and(
    eq(approval.status, "pending"),
    gt(approval.expiresAt, sql`now()`),
    or(
      and(or(eq(approval.kind, "action"), eq(approval.kind, "budget")), whereAllowed(tx, ctx, "approvals", "decide", columns)),
      and(eq(approval.kind, "budget"), whereAllowed(tx, ctx, "budgets", "override", columns)),
    ),
    whereNotOwn(ctx),
  );
}

/** Not the person's own request, nor one of an agent that they own by now, nor one that came with a key that they made. */
export function whereNotOwn(ctx: PersonCtx): SQL | undefined {
  return and(
    sql`${approval.requesterPersonId} is distinct from ${ctx.actor.id}`,
    sql`${approval.keyMakerId} is distinct from ${ctx.actor.id}`,
    sql`not exists (select 1 from ${agent} where ${agent.id} = ${approval.agentId} and ${agent.ownerId} = ${ctx.actor.id})`,
  );
}
