import { and, asc, eq, ne } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { networkRule } from "@/db/schema/network";
import { workspace } from "@/db/schema/organization";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { NetworkRule } from "./rule";

export type RuleRow = { scope: "workspace" | "key"; scopeId: string; name: string; rule: NetworkRule };

const most = 500;

/** The workspaces and keys that have rules of their own, also such as are not in force, of those that the caller may see. */
export async function listNetworkRules(ctx: PersonCtx): Promise<RuleRow[]> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "settings", "read");
    const own = ne(networkRule.scope, "organization");
    const workspaces = await tx
      .select({ scopeId: workspace.id, name: workspace.name, rule: networkRule })
      .from(networkRule)
      .innerJoin(workspace, eq(workspace.id, networkRule.scopeId))
      .where(and(own, whereAllowed(tx, ctx, "settings", "read", { workspaceId: workspace.id })))
      .orderBy(asc(workspace.name))
      .limit(most);
    const keys = await tx
      .select({ scopeId: apiKey.id, name: apiKey.name, of: agent.name, rule: networkRule })
      .from(networkRule)
      .innerJoin(apiKey, eq(apiKey.id, networkRule.scopeId))
      .innerJoin(agent, eq(agent.id, apiKey.agentId))
      .where(and(own, whereAllowed(tx, ctx, "keys", "view", { workspaceId: agent.workspaceId, agentId: agent.id })))
      .orderBy(asc(agent.name), asc(apiKey.name))
      .limit(most);
    return [...workspaces.map((row): RuleRow => ({ scope: "workspace", ...row })), ...keys.map(({ of, ...row }): RuleRow => ({ scope: "key", ...row, name: `${row.name} (${of})` }))];
  });
}
