import { and, eq, sql } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";

export type Leased = { id: string; name: string; status: string; workspaceId: string };

/**
 * A lease is a yes in advance, and an exception from a policy: who issues one must be somebody who gives such a yes
 * (approvals.decide) and who makes that policy (policies.update), both there. As with requests, nobody does so for an agent
 * that they own, or whose key they made and may hold, under any account of theirs.
 * @throws AppError `not_found`, `forbidden`.
 */
export async function authorizeIssue(tx: Tx, ctx: PersonCtx, agentId: string): Promise<Leased> {
  const own = sql<boolean>`agent.owner_id = any(accounts_of(${ctx.actor.id}))`;
  const madeKey = sql<boolean>`exists (select 1 from api_key k where k.agent_id = agent.id and k.revoked_at is null and k.created_by = any(accounts_of(${ctx.actor.id})))`;
  const [row] = await tx
    .select({ id: agent.id, name: agent.name, status: agent.status, workspaceId: agent.workspaceId, own, madeKey })
    .from(agent)
    .where(and(eq(agent.id, agentId)))
    .for("share", { of: agent });
  if (!row) {
    authorizeAnywhere(tx, ctx, "approvals", "decide");
    throw notFound("agent");
  }
  const target = { workspaceId: row.workspaceId, agentId: row.id };
  authorize(tx, ctx, "policies", "update", target);
  authorize(tx, ctx, "approvals", "decide", target);
  if (row.own || row.madeKey) {
    throw new AppError("forbidden", row.own ? "You own this agent, so somebody else must issue its leases." : "You made a key of this agent, so somebody else must issue its leases.", {
      hint: "Nobody lets an agent pass that may act for them.",
      extensions: { permission: "approvals.decide on own agent" },
    });
  }
  return { id: row.id, name: row.name, status: row.status, workspaceId: row.workspaceId };
}
