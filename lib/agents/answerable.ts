import { and, eq, exists, isNull, or, type SQL } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { notEnded } from "@/lib/people/access";

/**
 * Rows of `person` whom the caller may name as the one who answers for an agent: with a role on the organization or on a
 * workspace where the caller manages agents, or named by an agent that the caller can read. Others' names stay unknown.
 */
export function answerable(tx: Tx, ctx: Ctx, action: "create" | "update"): SQL | undefined {
  const managed = whereAllowed(tx, ctx, "agents", action, { workspaceId: roleGrant.workspaceId });
  if (ctx.ability.rulesFor(action, "agents").some((rule) => !rule.conditions)) return undefined;
  const hasRole = and(eq(roleGrant.personId, person.id), notEnded(), or(isNull(roleGrant.workspaceId), managed));
  const readable = whereAllowed(tx, ctx, "agents", "read", { workspaceId: agent.workspaceId, agentId: agent.id });
  const named = and(readable, or(eq(agent.ownerId, person.id), eq(agent.managerPersonId, person.id)));
  return or(
    exists(tx.select({ id: roleGrant.id }).from(roleGrant).where(hasRole)),
    exists(tx.select({ id: agent.id }).from(agent).where(named)),
  );
}
