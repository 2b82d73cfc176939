import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { person, roleGrant } from "@/db/schema/people";
import { ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import type { Connection } from "./connection";
import { type Comer, findIdentity, follow, tie } from "./identity";
import { type Mapped, mapClaims } from "./mapping";
import { SsoRefusal } from "./refusal";
import { type Proven, subjectOf } from "./subject";
import { syncGrants } from "./sync-grants";

type Admitted = { personId: string; audit: AuditEntry[] };
type Known = { id: string; email: string; status: (typeof person.$inferSelect)["status"] };

/**
 * The person that an answer is about: the one who is tied to the provider's name for them; at their first sign-in the one
 * with this address, if this connection speaks for its domain; or somebody new, where the connection makes people. For use
 * inside a verb, which has asked `authorize`.
 * @throws SsoRefusal for whoever may not come in; who was removed is not made anew. IdentityConflict where the address is of
 * a person whom another name at the provider is tied to.
 */
export async function admit(tx: Tx, ctx: Ctx, connection: Connection, proven: Proven): Promise<Admitted> {
  const mapped = mapClaims(connection.mapping, proven.claims);
  if (mapped.refusal !== null || mapped.email === null) throw new SsoRefusal(mapped.refusal ?? "There is no address.", { why: "not_admitted" });
  const subject = subjectOf(connection, proven);
  if (subject === null) throw new SsoRefusal(noSubject(connection), { why: "not_admitted" });
  await requireSpokenFor(tx, connection, mapped.email);
  const comer = { subject, email: mapped.email };
  const identity = await findIdentity(tx, connection, subject);
  if (identity?.personId) {
    const known = await findPerson(tx, eq(person.id, identity.personId));
    if (!known) throw new Error("an identity is tied to nobody");
    const { email, audit } = isOut(known) ? { email: known.email, audit: [] } : await follow(tx, ctx, identity, known, mapped.email);
    return enter(tx, ctx, connection, { ...known, email }, mapped, audit);
  }
  const known = await findPerson(tx, eq(person.email, mapped.email));
  if (!known) return makePerson(tx, ctx, connection, comer, mapped);
  return enter(tx, ctx, connection, known, mapped, [await tie(tx, ctx, connection, known, comer)]);
}

/** Why nobody can be known again by what a connection's provider says of them. */
export function noSubject({ mapping, kind }: Connection): string {
  if (mapping.subject) return `There is no claim “${mapping.subject}” with one value, by which people are known again.`;
  return kind === "saml" ? "The NameID changes at each sign-in (transient). Have the provider send a persistent one, or name a claim that stays." : "The answer has no subject.";
}

async function findPerson(tx: Tx, which: ReturnType<typeof eq>): Promise<Known | null> {
  const [row] = await tx.select({ id: person.id, email: person.email, status: person.status }).from(person).where(which);
  return row ?? null;
}

function isOut({ status }: Known): boolean {
  return status !== "active" && status !== "invited";
}

async function enter(tx: Tx, ctx: Ctx, connection: Connection, known: Known, mapped: Mapped, audit: AuditEntry[]): Promise<Admitted> {
  if (isOut(known)) throw new SsoRefusal(`This person is ${known.status === "left" ? "removed" : known.status}.`, { why: "not_admitted" });
  const activated = known.status === "invited" ? [await activate(tx, connection, known)] : [];
  const roles = mapped.byDefault && !(await hasGranted(tx, connection, known.id)) ? [] : mapped.roles;
  return { personId: known.id, audit: [...audit, ...activated, ...(await syncGrants(tx, ctx, connection, known, roles))] };
}

async function activate(tx: Tx, connection: Connection, known: Known): Promise<AuditEntry> {
  await tx.update(person).set({ status: "active", accessVersion: sql`${person.accessVersion} + 1` }).where(and(eq(person.id, known.id), eq(person.status, "invited")));
  return activated(connection, known);
}

/** Whether the connection ever gave this person a role. The default is for them; whoever was invited has what they were given. */
async function hasGranted(tx: Tx, connection: Connection, personId: string): Promise<boolean> {
  const given = await tx.select({ id: roleGrant.id }).from(roleGrant).where(and(eq(roleGrant.personId, personId), eq(roleGrant.source, `sso:${connection.id}`))).limit(1);
  return given.length > 0;
}

/**
 * Only a domain that this organization has proven, given to this connection, is its to speak for: otherwise one's own identity
 * provider could name anybody.
 */
async function requireSpokenFor(tx: Tx, connection: Connection, email: string): Promise<void> {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const [spoken] = await tx
    .select({ id: ssoDomain.id })
    .from(ssoDomain)
    .where(and(eq(ssoDomain.domain, domain), eq(ssoDomain.connectionId, connection.id), isNotNull(ssoDomain.verifiedAt), isNull(ssoDomain.removedAt)));
  if (!spoken) throw new SsoRefusal(`This connection does not speak for addresses of ${domain}: the domain is not verified for it.`, { why: "not_admitted" });
}

async function makePerson(tx: Tx, ctx: Ctx, connection: Connection, comer: Comer, { name, roles }: Mapped): Promise<Admitted> {
  const { email } = comer;
  if (!connection.jit) throw new SsoRefusal("Nobody has this address, and the connection makes no people.", { why: "not_admitted" });
  const { organizationId } = ctx;
  const [made] = await tx
    .insert(person)
    .values({ id: newId(), organizationId, email, name: name ?? email, status: "active" })
    .onConflictDoNothing()
    .returning({ id: person.id });
  if (!made) throw new SsoRefusal("This address belongs to an account of another organization.", { why: "not_admitted" });
  const who = { id: made.id, email };
  const granted = await syncGrants(tx, ctx, connection, who, roles);
  if (granted.length === 0) throw new SsoRefusal("No claim gives this person a role, and there is no default.", { why: "not_admitted" });
  return { personId: made.id, audit: [activated(connection, who), await tie(tx, ctx, connection, who, comer), ...granted] };
}

function activated(connection: Connection, { id, email }: { id: string; email: string }): AuditEntry {
  return { action: "people.activated", resource: { type: "person", id, name: email }, details: { by: "single sign-on", connection: connection.id } };
}
