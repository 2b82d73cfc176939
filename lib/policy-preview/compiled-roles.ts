import { and, asc, eq, gt, isNull, lte, or, sql } from "drizzle-orm";
import { apiKey } from "@/db/schema/agent";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import { agentScopes, isRole, type Role } from "@/lib/ability/permissions";
import { compileGrants, compileRoles, compileScopes, type RoleGrant } from "@/lib/cedar/compile-roles";
import { printPolicy } from "@/lib/cedar/print";
import type { PersonCtx } from "@/lib/ctx/ctx";

type Said = { id: string; name: string; text: string };

/** Who may do what to an agent in the portal, and what its keys may ask for, in Cedar; the portal itself decides that by the same table. */
export type CompiledRoles = {
  /** Every role as a template. */
  roles: string;
  /** The roles that are held where the agent is; null: the caller does not see people. */
  holders: Said[] | null;
  moreHolders: number;
  /** The scopes of its keys that are in force; null: the caller does not see keys. */
  keys: Said[] | null;
};

const mostHolders = 100;
const mostKeys = 50;

type At = { id: string; organizationId: string; workspaceId: string };

/** What roles and scopes say about one agent. */
export async function compiledRoles(tx: Tx, ctx: PersonCtx, agent: At): Promise<CompiledRoles> {
  const seesPeople = may(ctx, "users", "view", { workspaceId: agent.workspaceId });
  const holders = seesPeople ? await holdersAt(tx, agent) : null;
  return {
    roles: compileRoles().map(printPolicy).join("\n\n"),
    holders: holders?.slice(0, mostHolders) ?? null,
    moreHolders: Math.max(0, (holders?.length ?? 0) - mostHolders),
    keys: may(ctx, "keys", "view", { workspaceId: agent.workspaceId, agentId: agent.id }) ? await keysOf(tx, agent.id) : null,
  };
}

async function holdersAt(tx: Tx, { organizationId, workspaceId }: At): Promise<Said[]> {
  const rows = await tx
    .select({ id: person.id, name: person.name, role: roleGrant.role, workspaceId: roleGrant.workspaceId, validFrom: roleGrant.validFrom, validUntil: roleGrant.validUntil })
    .from(roleGrant)
    .innerJoin(person, eq(person.id, roleGrant.personId))
    .where(
      and(
        eq(person.status, "active"),
        isNull(roleGrant.revokedAt),
        lte(roleGrant.validFrom, sql`now()`),
        or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, sql`now()`)),
        or(isNull(roleGrant.workspaceId), eq(roleGrant.workspaceId, workspaceId)),
      ),
    )
    .orderBy(asc(person.name), asc(person.id), asc(roleGrant.id))
    .limit(1_000);
  const held = new Map<string, { name: string; grants: RoleGrant[] }>();
  for (const { id, name, role, ...grant } of rows) {
    const one = held.get(id) ?? { name, grants: [] };
    if (isRole(role)) one.grants.push({ role: role satisfies Role, ...grant });
    held.set(id, one);
  }
  return [...held].map(([id, { name, grants }]) => ({ id, name, text: compileGrants(id, organizationId, grants).map(printPolicy).join("\n\n") }));
}

async function keysOf(tx: Tx, agentId: string): Promise<Said[]> {
  const rows = await tx
    .select({ id: apiKey.id, name: apiKey.name, scopes: apiKey.scopes })
    .from(apiKey)
    .where(and(eq(apiKey.agentId, agentId), isNull(apiKey.revokedAt), or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, sql`now()`))))
    .orderBy(asc(apiKey.name), asc(apiKey.id))
    .limit(mostKeys);
  return rows.map(({ id, name, scopes }) => ({ id, name, text: compileScopes(id, agentId, agentScopes.filter((scope) => scopes.includes(scope))).map(printPolicy).join("\n\n") }));
}
