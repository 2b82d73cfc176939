import { and, eq, sql } from "drizzle-orm";
import { type DirectoryProfile, directory, directoryUser } from "@/db/schema/directory";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { lockAdmins, notEnded } from "@/lib/people/access";
import type { Successor } from "@/lib/people/hand-over";
import { leave } from "@/lib/people/leave";
import { sourceOf } from "../recompute";
import { nameOf, type UserFields } from "../scim/user-fields";

export type Conflict = NonNullable<(typeof directoryUser.$inferSelect)["conflict"]>;
export type Link = { personId: string | null; conflict: Conflict | null; made: boolean };

/**
 * Finds or makes the person that a user of the directory is. An address that is somebody's already, however it came here,
 * is a conflict that an admin resolves: no directory takes people over by itself, nor lets in who was removed.
 */
export async function linkPerson(tx: Tx, ctx: DirectoryCtx, fields: Pick<UserFields, "email" | "userName" | "profile">): Promise<Link> {
  const { email } = fields;
  const [made] = await tx
    .insert(person)
    .values({ id: newId(), organizationId: ctx.organizationId, email, name: nameOf(fields), status: "active" })
    .onConflictDoNothing()
    .returning({ id: person.id });
  if (made) return { personId: made.id, conflict: null, made: true };
  const [known] = await tx
    .select({ status: person.status, linked: directoryUser.id })
    .from(person)
    .leftJoin(directoryUser, eq(directoryUser.personId, person.id))
    .where(eq(person.email, email));
  // Row-level security shows nothing of another organization's people.
  const conflict: Conflict = !known ? "taken" : known.status === "left" ? "left" : known.linked ? "other_directory" : "by_hand";
  return { personId: null, conflict, made: false };
}

/**
 * Brings back a person whom this directory deactivated itself, as after a leave; null when they were removed by somebody
 * else since, which only an admin undoes.
 */
export async function reinstate(tx: Tx, ctx: DirectoryCtx, personId: string): Promise<Conflict | null> {
  const [row] = await tx.select({ status: person.status, leftBy: person.leftBy }).from(person).where(eq(person.id, personId)).for("update");
  if (!row) return "left";
  if (row.status !== "left") return null;
  if (row.leftBy !== sourceOf(ctx.actor.id)) return "left";
  await tx.update(person).set({ status: "active", leftAt: null, leftBy: null, accessVersion: sql`${person.accessVersion} + 1` }).where(eq(person.id, personId));
  return null;
}

/** The leaving verb's work, because the directory says so; nothing for somebody who left already. @throws AppError as `leave`. */
export async function deprovision(tx: Tx, ctx: DirectoryCtx, personId: string): Promise<{ audit: AuditEntry[]; send: JobEvent[] }> {
  await lockAdmins(tx);
  const [leaver] = await tx.select({ id: person.id, email: person.email, name: person.name, status: person.status }).from(person).where(eq(person.id, personId)).for("update");
  if (!leaver || leaver.status === "left") return { audit: [], send: [] };
  const grants = await tx.select().from(roleGrant).where(and(eq(roleGrant.personId, personId), notEnded())).orderBy(roleGrant.id);
  return leave(tx, ctx, { ...leaver, grants }, { by: sourceOf(ctx.actor.id), successor: await successorOf(tx, ctx, personId) });
}

async function successorOf(tx: Tx, ctx: DirectoryCtx, leaverId: string): Promise<Successor | null> {
  const [row] = await tx
    .select({ id: person.id, name: person.name })
    .from(directory)
    .innerJoin(person, and(eq(person.id, directory.successorId), eq(person.status, "active")))
    .where(eq(directory.id, ctx.actor.id));
  return row && row.id !== leaverId ? row : null;
}

/** What the audit keeps of a user: who they are, and nothing else of the profile. */
export function userForAudit(user: { userName: string; email: string; active: boolean; externalId: string | null; profile: DirectoryProfile }) {
  return { userName: user.userName, email: user.email, active: user.active, externalId: user.externalId, name: nameOf(user) };
}
