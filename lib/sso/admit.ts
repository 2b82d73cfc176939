import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { person } from "@/db/schema/people";
import { ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { orNull } from "@/lib/errors";
import { newId } from "@/lib/id";
import { grantForAudit, insertGrant } from "@/lib/people/grant";
import type { Connection } from "./connection";
import { type Claims, type Mapped, mapClaims } from "./mapping";
import { SsoRefusal } from "./refusal";

/**
 * The person that the claims are about: the one with this address, if this connection speaks for its domain; or somebody new,
 * where the connection makes people. For use inside a verb, which has asked `authorize`.
 * @throws SsoRefusal for whoever may not come in; who was removed is not made anew.
 */
export async function admit(tx: Tx, ctx: Ctx, connection: Connection, claims: Claims): Promise<{ personId: string; audit: AuditEntry[] }> {
  const mapped = mapClaims(connection.mapping, claims);
  if (mapped.refusal !== null || mapped.email === null) throw new SsoRefusal(mapped.refusal ?? "There is no address.");
  await requireSpokenFor(tx, connection, mapped.email);
  const [known] = await tx.select({ id: person.id, status: person.status }).from(person).where(eq(person.email, mapped.email));
  if (!known) return makePerson(tx, ctx, connection, mapped.email, mapped);
  if (known.status === "active") return { personId: known.id, audit: [] };
  if (known.status !== "invited") throw new SsoRefusal(`This person is ${known.status === "left" ? "removed" : known.status}.`);
  await tx.update(person).set({ status: "active", accessVersion: sql`${person.accessVersion} + 1` }).where(and(eq(person.id, known.id), eq(person.status, "invited")));
  return { personId: known.id, audit: [activated(connection, { id: known.id, email: mapped.email })] };
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
  if (!spoken) throw new SsoRefusal(`This connection does not speak for addresses of ${domain}: the domain is not verified for it.`);
}

async function makePerson(tx: Tx, ctx: Ctx, connection: Connection, email: string, { name, roles }: Mapped): Promise<{ personId: string; audit: AuditEntry[] }> {
  if (!connection.jit) throw new SsoRefusal("Nobody has this address, and the connection makes no people.");
  const { organizationId } = ctx;
  const [made] = await tx
    .insert(person)
    .values({ id: newId(), organizationId, email, name: name ?? email, status: "active" })
    .onConflictDoNothing()
    .returning({ id: person.id });
  if (!made) throw new SsoRefusal("This address belongs to an account of another organization.");
  // A workspace that is gone gives nothing any more.
  const grants = await Promise.all(roles.map((role) => insertGrant(tx, ctx, made.id, { ...role, firstDay: null, lastDay: null }).catch(orNull("not_found"))));
  const given = grants.filter((grant) => grant !== null);
  if (given.length === 0) throw new SsoRefusal("No claim gives this person a role, and there is no default.");
  const resource = { type: "person", id: made.id, name: email };
  const granted: AuditEntry = { action: "people.role_granted", resource, details: { before: [], after: given.map(grantForAudit) } };
  return { personId: made.id, audit: [activated(connection, { id: made.id, email }), granted] };
}

function activated(connection: Connection, { id, email }: { id: string; email: string }): AuditEntry {
  return { action: "people.activated", resource: { type: "person", id, name: email }, details: { by: "single sign-on", connection: connection.id } };
}
