import { and, asc, eq, not, sql } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { organization } from "@/db/schema/organization";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

export type LeaseChoices = { agents: { id: string; name: string }[]; currency: string };

const most = 500;

/** Agents to whom the caller may issue a lease: the same rules as `authorizeIssue`, in SQL. */
export async function leaseChoices(ctx: PersonCtx): Promise<LeaseChoices> {
  return read(ctx, async (tx) => {
    const columns = { workspaceId: agent.workspaceId, agentId: agent.id };
    const mine = sql`accounts_of(${ctx.actor.id})`;
    const rows = await tx
      .select({ id: agent.id, name: agent.name })
      .from(agent)
      .where(
        and(
          eq(agent.status, "active"),
          whereAllowed(tx, ctx, "policies", "update", columns),
          whereAllowed(tx, ctx, "approvals", "decide", columns),
          not(sql`agent.owner_id = any(${mine})`),
          sql`not exists (select 1 from api_key k where k.agent_id = agent.id and k.revoked_at is null and k.created_by = any(${mine}))`,
        ),
      )
      .orderBy(asc(agent.name))
      .limit(most);
    const [own] = await tx.select({ currency: organization.currency }).from(organization);
    return { agents: rows, currency: own?.currency ?? "USD" };
  });
}
