import { and, eq, gt, isNull, lte, notExists, or, sql, type SQL } from "drizzle-orm";
import { lock } from "@/db/schema/lock";
import { organization } from "@/db/schema/organization";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import { abilityOfPerson } from "@/lib/ability/define";
import { isRole, permissionsOf, permissionTable, type ActionOf, type Permission, type Resource, type Role } from "@/lib/ability/permissions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { lockInForce } from "@/lib/locks/where-in-force";

/** Grants that are in force now or will be later. */
export function notEnded(): SQL | undefined {
  return and(isNull(roleGrant.revokedAt), or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, sql`now()`)));
}

/** The permissions of a role that the caller does not hold where the role is given. */
export function missingFor(ctx: Pick<Ctx, "ability">, role: Role, workspaceId: string | null): Permission[] {
  return permissionsOf(role).filter((permission) => {
    const [resource, action] = permission.split(".") as [Resource, ActionOf<Resource>];
    return !may(ctx, resource, action as never, { workspaceId });
  });
}

/**
 * Nobody gives, changes or takes away what they do not hold themselves.
 * @throws AppError `forbidden` that names the missing permissions; `transact` records it.
 */
export function requireHeld(ctx: Ctx, role: string, workspaceId: string | null): void {
  // A role that this version does not know may hold anything.
  const missing = isRole(role) ? missingFor(ctx, role, workspaceId) : ["an unknown role"];
  if (missing.length === 0) return;
  const label = isRole(role) ? permissionTable[role].label : role;
  throw new AppError("forbidden", `The role ${label} has permissions that you do not hold here: ${missing.join(", ")}.`, {
    hint: "Somebody who holds all of them can do this, for example an organization admin.",
    extensions: { permission: missing.join(", ") },
  });
}

/**
 * Nor for longer than they hold it: otherwise whoever stands in for three weeks would make it for ever.
 * @param until exclusive; null: without an end.
 * @throws AppError `forbidden`.
 */
export function requireHeldUntil(ctx: Ctx, role: Role, workspaceId: string | null, until: Date | null): void {
  if (ctx.actor.kind !== "person") return;
  const lasting = ctx.actor.roles.filter((held) => held.validUntil === null || (until !== null && held.validUntil >= until));
  const missing = missingFor({ ability: abilityOfPerson(lasting) }, role, workspaceId);
  if (missing.length === 0) return;
  throw new AppError("forbidden", `You hold what the role ${permissionTable[role].label} permits only for a time, and give it for longer.`, {
    hint: "Choose a last day that is not after your own, or ask an organization admin without an end date.",
    fields: { lastDay: "must not be after the end of your own role" },
    extensions: { permission: missing.join(", ") },
  });
}

/** Makes every context of the person that was made before this moment refuse its next write, and their open pages look again. */
export async function bumpAccess(tx: Tx, organizationId: string, personId: string): Promise<void> {
  await tx.update(person).set({ accessVersion: sql`${person.accessVersion} + 1` }).where(eq(person.id, personId));
  publish(tx, organizationId, `access:${personId}`);
}

/** One change of who administers at a time, so that two admins cannot remove each other. Call before the change. */
export async function lockAdmins(tx: Tx): Promise<void> {
  await tx.select({ id: organization.id }).from(organization).for("update");
}

/**
 * After the change: somebody active, whom no lock stops, must still administer the organization without an end date.
 * @throws AppError `conflict`.
 */
export async function requireAdminLeft(tx: Tx): Promise<void> {
  const isTheirs = or(and(eq(lock.kind, "person"), sql`${lock.target} = ${person.id}::text`), and(eq(lock.kind, "role"), eq(lock.target, roleGrant.role)));
  const locks = tx.select({ id: lock.id }).from(lock).where(and(isTheirs, lockInForce()));
  const [left] = await tx
    .select({ id: person.id })
    .from(roleGrant)
    .innerJoin(person, eq(person.id, roleGrant.personId))
    .where(
      and(
        or(eq(roleGrant.role, "organization_admin"), eq(roleGrant.role, "super_admin")),
        isNull(roleGrant.workspaceId),
        isNull(roleGrant.revokedAt),
        isNull(roleGrant.validUntil),
        lte(roleGrant.validFrom, sql`now()`),
        eq(person.status, "active"),
        notExists(locks),
      ),
    )
    .limit(1);
  if (!left) {
    throw new AppError("conflict", "This is the last organization admin.", {
      hint: "Make somebody else an organization admin first, without an end date.",
      extensions: { reason: "last_admin" },
    });
  }
}

export function isAdminRole(role: string): boolean {
  return role === "organization_admin" || role === "super_admin";
}
