import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { organization, workspace } from "@/db/schema/organization";
import { roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { permissionTable, roles, type Role } from "@/lib/ability/permissions";
import type { Json } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { notEnded, requireHeldUntil } from "./access";

const day = z.iso.date("must be a day, like 2026-03-31");
/** A form sends an empty string for what was left open. */
const blank = z.literal("").transform(() => null);

/** A role, where, and for how long. Days are the organization's, both included. */
export const grantFields = {
  role: z.enum(roles),
  /** Null, or `organization` from a form: the whole organization. */
  workspaceId: z.union([z.uuid(), z.null(), z.literal("organization").transform(() => null)]).default(null),
  firstDay: z.union([day, z.null(), blank]).default(null),
  lastDay: z.union([day, z.null(), blank]).default(null),
};
const GrantFields = z.strictObject(grantFields);
export type GrantFields = z.infer<typeof GrantFields>;

export type Grant = { id: string; role: string; workspaceId: string | null; validFrom: Date; validUntil: Date | null; source: string };

/**
 * Gives a role. The caller has asked `authorize` and `requireHeld`.
 * @throws AppError `invalid_input` where the role cannot be given like that; `forbidden` for longer than the caller's own;
 * `conflict` when it is held already.
 */
export async function insertGrant(tx: Tx, ctx: Ctx, personId: string, fields: GrantFields): Promise<Grant> {
  requirePossible(fields);
  if (fields.workspaceId) await requireWorkspace(tx, fields.workspaceId);
  const { validFrom, validUntil } = await periodOf(tx, fields);
  requireHeldUntil(ctx, fields.role, fields.workspaceId, validUntil);
  await endOver(tx, personId, fields);
  const [row] = await tx
    .insert(roleGrant)
    .values({
      id: newId(), organizationId: ctx.organizationId, personId, role: fields.role, workspaceId: fields.workspaceId, validFrom, validUntil,
      grantedBy: ctx.actor.kind === "person" ? ctx.actor.id : null,
    })
    .onConflictDoNothing()
    .returning();
  if (!row) throw conflict(`This person has the role ${permissionTable[fields.role].label} there already.`, "Change that one instead.");
  return row;
}

/** What the audit keeps of grants, before and after. */
export async function heldBy(tx: Tx, personId: string): Promise<Json[]> {
  const rows = await tx.select().from(roleGrant).where(and(eq(roleGrant.personId, personId), notEnded())).orderBy(roleGrant.id);
  return rows.map(grantForAudit);
}

export function grantForAudit(grant: Grant): { [key: string]: Json } {
  const { role, workspaceId, validFrom, validUntil, source } = grant;
  return { role, workspace: workspaceId, from: validFrom.toISOString(), until: validUntil?.toISOString() ?? null, ...(source === "hand" ? {} : { source }) };
}

/** @throws AppError `not_found`, also for a grant that was taken away already. */
export async function loadGrant(tx: Tx, id: string): Promise<Grant & { personId: string }> {
  const [row] = await tx.select().from(roleGrant).where(and(eq(roleGrant.id, id), isNull(roleGrant.revokedAt)));
  if (!row) throw notFound("role of this person");
  return row;
}

/** What was not given by hand is not taken by hand either: it would come back with the next change of the directory. @throws AppError `conflict`. */
export function requireByHand({ source }: Pick<Grant, "source">): void {
  if (source === "hand") return;
  if (source.startsWith("sso:")) {
    throw conflict("This role comes from a claim of your identity provider.", "Change what it says of the person there, or what its claims give under Settings, Single sign-on.");
  }
  throw conflict("This role comes from a group of your directory.", "Take the person out of the group there, or change what the group gives under Settings, Directory.");
}

export async function endGrant(tx: Tx, id: string): Promise<void> {
  const ended = await tx.update(roleGrant).set({ revokedAt: sql`now()` }).where(and(eq(roleGrant.id, id), isNull(roleGrant.revokedAt))).returning({ id: roleGrant.id });
  if (ended.length === 0) throw conflict("Somebody else took this role away at the same moment.");
}

function requirePossible({ role, workspaceId, firstDay, lastDay }: GrantFields): void {
  const { label, scopes, timeLimited } = permissionTable[role];
  const wrong = (field: string, text: string) => new AppError("invalid_input", `${label}: ${text}.`, { fields: { [field]: text } });
  if (workspaceId && !scopes.includes("workspace")) throw wrong("workspaceId", "can be given on the whole organization only");
  if (timeLimited && !lastDay) throw wrong("lastDay", "this role needs a last day");
  if (firstDay && lastDay && firstDay > lastDay) throw wrong("lastDay", "must not be before the first day");
}

async function requireWorkspace(tx: Tx, id: string): Promise<void> {
  const [row] = await tx.select({ id: workspace.id }).from(workspace).where(and(eq(workspace.id, id), isNull(workspace.archivedAt)));
  if (!row) throw notFound("workspace");
}

/** From local midnight of the first day until local midnight after the last, in the organization's time zone. */
async function periodOf(tx: Tx, { firstDay, lastDay }: GrantFields): Promise<{ validFrom: Date; validUntil: Date | null }> {
  const [row] = await tx
    .select({
      from: sql<string>`greatest(now(), coalesce(${firstDay}::date::timestamp at time zone ${organization.timeZone}, now()))`,
      until: sql<string | null>`(${lastDay}::date + 1)::timestamp at time zone ${organization.timeZone}`,
    })
    .from(organization);
  if (!row) throw notFound("organization");
  const validUntil = row.until === null ? null : new Date(row.until);
  if (validUntil && validUntil <= new Date()) throw new AppError("invalid_input", "The last day is over already.", { fields: { lastDay: "must be today or later" } });
  return { validFrom: new Date(row.from), validUntil };
}

/** A grant that ended by its date still stands in the unique index; it makes place for the new one. */
async function endOver(tx: Tx, personId: string, { role, workspaceId }: { role: Role; workspaceId: string | null }): Promise<void> {
  const same = and(eq(roleGrant.personId, personId), eq(roleGrant.role, role), workspaceId ? eq(roleGrant.workspaceId, workspaceId) : isNull(roleGrant.workspaceId));
  await tx.update(roleGrant).set({ revokedAt: sql`${roleGrant.validUntil}` }).where(and(same, isNull(roleGrant.revokedAt), sql`${roleGrant.validUntil} <= now()`));
}
