import { and, eq, exists, sql, type SQL } from "drizzle-orm";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { ActionOf } from "@/lib/ability/permissions";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { notEnded, requireHeld } from "./access";
import type { Grant } from "./grant";

export type Member = Pick<typeof person.$inferSelect, "id" | "email" | "name" | "status" | "createdAt" | "lastSignInAt" | "leftAt" | "leftBy">;

/** Rows of `person` that the caller may see: everybody, or those who have or had a role where the caller holds `users.view`. */
export function visiblePeople(tx: Tx, ctx: Ctx): SQL {
  const allowed = whereAllowed(tx, ctx, "users", "view", { workspaceId: roleGrant.workspaceId });
  const everybody = ctx.ability.rulesFor("view", "users").some((rule) => !rule.conditions);
  if (everybody) return sql`true`;
  return exists(tx.select({ id: roleGrant.id }).from(roleGrant).where(and(eq(roleGrant.personId, person.id), allowed)));
}

/** @throws AppError `not_found` for somebody whom the caller may not see; `forbidden` for who may see nobody. */
export async function loadMember(tx: Tx, ctx: Ctx, id: string): Promise<Member & { grants: Grant[] }> {
  authorizeAnywhere(tx, ctx, "users", "view");
  const [row] = await tx
    .select({ id: person.id, email: person.email, name: person.name, status: person.status, createdAt: person.createdAt, lastSignInAt: person.lastSignInAt, leftAt: person.leftAt, leftBy: person.leftBy })
    .from(person)
    .where(and(eq(person.id, id), visiblePeople(tx, ctx)));
  if (!row) throw notFound("person");
  const grants = await tx.select().from(roleGrant).where(and(eq(roleGrant.personId, id), notEnded())).orderBy(roleGrant.id);
  return { ...row, grants };
}

/**
 * The permission on the whole of a person: wherever they have a role, and no role above the caller's own.
 * @throws AppError `forbidden`.
 */
export function authorizeOver(tx: Tx, ctx: Ctx, action: ActionOf<"users">, grants: readonly Grant[]): void {
  const places = grants.length > 0 ? grants.map((grant) => grant.workspaceId) : [null];
  for (const workspaceId of new Set(places)) authorize(tx, ctx, "users", action, { workspaceId });
  for (const grant of grants) requireHeld(ctx, grant.role, grant.workspaceId);
}
