import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { person, roleGrant } from "@/db/schema/people";
import { ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import type { Connection } from "./connection";
import { type Claims, type Mapped, mapClaims } from "./mapping";
import { SsoRefusal } from "./refusal";
import { syncGrants } from "./sync-grants";

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
  const who = { id: known.id, email: mapped.email };
  const granted = async () => syncGrants(tx, ctx, connection, who, mapped.byDefault && !(await hasGranted(tx, connection, who.id)) ? [] : mapped.roles);
  if (known.status === "active") return { personId: who.id, audit: await granted() };
  if (known.status !== "invited") throw new SsoRefusal(`This person is ${known.status === "left" ? "removed" : known.status}.`);
  await tx.update(person).set({ status: "active", accessVersion: sql`${person.accessVersion} + 1` }).where(and(eq(person.id, known.id), eq(person.status, "invited")));
  return { personId: who.id, audit: [activated(connection, who), ...(await granted())] };
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
  const granted = await syncGrants(tx, ctx, connection, { id: made.id, email }, roles);
  if (granted.length === 0) throw new SsoRefusal("No claim gives this person a role, and there is no default.");
  return { personId: made.id, audit: [activated(connection, { id: made.id, email }), ...granted] };
}

function activated(connection: Connection, { id, email }: { id: string; email: string }): AuditEntry {
  return { action: "people.activated", resource: { type: "person", id, name: email }, details: { by: "single sign-on", connection: connection.id } };
}
