import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { sqlState } from "@/db/error";
import { person } from "@/db/schema/people";
import { ssoIdentity } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { bumpAccess } from "@/lib/people/access";
import { withdrawLinks } from "@/lib/people/email-link";
import type { Connection } from "./connection";
import { IdentityConflict, SsoRefusal } from "./refusal";
import { asAddress } from "./subject";

type Identity = typeof ssoIdentity.$inferSelect;

/** Who comes: the provider's name for them, and the address that it gives. */
export type Comer = { subject: string; email: string };

export async function findIdentity(tx: Tx, connection: Connection, subject: string): Promise<Identity | null> {
  const [row] = await tx.select().from(ssoIdentity).where(and(eq(ssoIdentity.connectionId, connection.id), eq(ssoIdentity.subject, subject), isNull(ssoIdentity.removedAt)));
  if (row?.conflict === "refused") throw new SsoRefusal(`An admin decided that this account at the provider is not the person with the address ${row.email}.`, { why: "conflict" });
  return row ?? null;
}

/**
 * Ties a person to the provider's name for them, at their first sign-in there. Whoever was tied by their address alone, as
 * some providers name people, is tied by the better name from now on.
 * @throws IdentityConflict for a person whom another name is tied to.
 */
export async function tie(tx: Tx, ctx: Ctx, connection: Connection, who: { id: string; email: string }, { subject, email }: Comer): Promise<AuditEntry> {
  const byAddress = and(eq(ssoIdentity.connectionId, connection.id), eq(ssoIdentity.personId, who.id), isNull(ssoIdentity.removedAt), ne(ssoIdentity.subject, subject));
  const [held] = await tx.select({ id: ssoIdentity.id, subject: ssoIdentity.subject }).from(ssoIdentity).where(byAddress);
  if (held && (asAddress(held.subject) !== who.email || asAddress(subject))) throw new IdentityConflict(subject, email);
  if (held) await tx.update(ssoIdentity).set({ removedAt: sql`now()` }).where(eq(ssoIdentity.id, held.id));
  const [tied] = await tx
    .insert(ssoIdentity)
    .values({ id: newId(), organizationId: ctx.organizationId, connectionId: connection.id, subject, email, personId: who.id })
    .onConflictDoUpdate({
      target: [ssoIdentity.connectionId, ssoIdentity.subject],
      targetWhere: isNull(ssoIdentity.removedAt),
      set: { personId: who.id, email, conflict: null, lastUsedAt: sql`now()` },
      setWhere: eq(ssoIdentity.conflict, "other_subject"),
    })
    .returning({ id: ssoIdentity.id });
  // Two first sign-ins at the same moment: one of them ties, and the other begins again.
  if (!tied) throw new SsoRefusal("The account at the provider was tied to a person at this very moment.", { why: "used" });
  return { action: "sso.identity_tied", resource: { type: "person", id: who.id, name: who.email }, details: { connection: connection.id, subject, email, ...(held ? { before: held.subject } : {}) } };
}

/**
 * Somebody who is known by their subject comes with another address: it becomes theirs, unless somebody has it, which is
 * kept for the admins to see. Only called for an address that the connection speaks for.
 */
export async function follow(tx: Tx, ctx: Ctx, identity: Identity, who: { id: string; email: string }, email: string): Promise<{ email: string; audit: AuditEntry[] }> {
  const now = { email, lastUsedAt: sql`now()` };
  if (who.email === email) {
    await tx.update(ssoIdentity).set({ ...now, conflict: null }).where(eq(ssoIdentity.id, identity.id));
    return { email, audit: [] };
  }
  // The database says whether it is free, over all organizations; whoever has it keeps it.
  const changed = await tx.transaction((inner) => inner.update(person).set({ email, emailVerifiedAt: sql`now()` }).where(eq(person.id, who.id))).then(() => true, orTaken);
  await tx.update(ssoIdentity).set({ ...now, conflict: changed ? null : "address_taken" }).where(eq(ssoIdentity.id, identity.id));
  if (!changed) return { email: who.email, audit: [] };
  // Links that were sent to the address before are worth nothing any more.
  await withdrawLinks(tx, who.id);
  await bumpAccess(tx, ctx.organizationId, who.id);
  const details = { before: who.email, after: email, by: "single sign-on", connection: identity.connectionId };
  return { email, audit: [{ action: "people.email_changed", resource: { type: "person", id: who.id, name: email }, details }] };
}

function orTaken(error: unknown): false {
  if (sqlState(error) === "23505") return false;
  throw error;
}
