import { and, count, eq, gt, isNull, or, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { agent, apiKey } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { authorizeAnywhere, may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

export type Overview = {
  workspaces: number;
  agents: { active: number; suspended: number; draft: number; retired: number };
  /** Keys that work today; null without the permission to see keys. */
  keys: number | null;
  people: { active: number; invited: number; suspended: number } | null;
  /** Whether any agent ever asked for anything. */
  anyAction: boolean;
};

/** Counts of what there is, as far as the caller may see it. */
export async function overview(ctx: PersonCtx): Promise<Overview> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "agents", "read");
    const workspaces = await tx
      .select({ n: count() })
      .from(workspace)
      .where(and(whereAllowed(tx, ctx, "workspaces", "read", { workspaceId: workspace.id }), isNull(workspace.archivedAt)));
    const agents = await tx
      .select({ status: agent.status, n: count() })
      .from(agent)
      .where(whereAllowed(tx, ctx, "agents", "read", { workspaceId: agent.workspaceId, agentId: agent.id }))
      .groupBy(agent.status);
    const keys = may(ctx, "keys", "view")
      ? await tx
          .select({ n: count() })
          .from(apiKey)
          .innerJoin(agent, eq(agent.id, apiKey.agentId))
          .where(
            and(
              whereAllowed(tx, ctx, "keys", "view", { workspaceId: agent.workspaceId, agentId: agent.id }),
              isNull(apiKey.revokedAt),
              or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, sql`now()`)),
            ),
          )
      : null;
    const people = may(ctx, "users", "view", { workspaceId: null })
      ? await tx.select({ status: person.status, n: count() }).from(person).groupBy(person.status)
      : null;
    const [asked] = await tx
      .select({ id: action.id })
      .from(action)
      .where(whereAllowed(tx, ctx, "actions", "view", { workspaceId: action.workspaceId, agentId: action.agentId }))
      .limit(1);
    const of = (rows: readonly { status: string; n: number }[], status: string) => rows.find((row) => row.status === status)?.n ?? 0;
    return {
      workspaces: workspaces[0]?.n ?? 0,
      agents: { active: of(agents, "active"), suspended: of(agents, "suspended"), draft: of(agents, "draft"), retired: of(agents, "retired") },
      keys: keys && (keys[0]?.n ?? 0),
      people: people && { active: of(people, "active"), invited: of(people, "invited"), suspended: of(people, "suspended") },
      anyAction: asked !== undefined,
    };
  });
}
