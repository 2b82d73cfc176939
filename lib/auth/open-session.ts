import { and, eq, sql, type SQL } from "drizzle-orm";
import { person, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Actor, Ctx } from "@/lib/ctx/ctx";
import { heldRoles } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { sessionLimits } from "@/lib/security/limits";
import { loadSecuritySetting } from "@/lib/security/load";
import { makeRoom } from "@/lib/sessions/make-room";
import { mayUsePassword } from "@/lib/sso/password-allowed";

/** How somebody proved who they are, and what must still be so when the session is opened. */
export type Proof = { method: "password" | "oidc" | "saml"; factor?: string; while: SQL };

/** This person may not come in: not active any more, no role in force, or the proof does not hold any more. */
export class NotAdmitted extends Error {}

/** For who is asked for more before there is a session. @throws NotAdmitted */
export async function requireAdmission(tx: Tx, personId: string): Promise<void> {
  const [active] = await tx.select({ id: person.id }).from(person).where(and(eq(person.id, personId), eq(person.status, "active")));
  if (!active || (await heldRoles(tx, personId, new Date())).length === 0) throw new NotAdmitted();
}

/**
 * Opens a session, whatever the way in: the one place where there come to be any. Its id is new at each sign-in, so that
 * nobody can prepare a session for somebody else; where it is one too many, the oldest ends. For use inside a verb, which
 * has asked `authorize` and gives `audit` on.
 * @throws NotAdmitted, which must undo the transaction.
 */
export async function openSession(tx: Tx, ctx: Ctx, who: { id: string; email: string; name: string }, proof: Proof): Promise<{ sessionId: string; audit: AuditEntry }> {
  const now = new Date();
  const [roles, setting] = await Promise.all([heldRoles(tx, who.id, now), loadSecuritySetting(tx)]);
  const [active] = await tx
    .update(person)
    .set({ lastSignInAt: sql`now()` })
    .where(and(eq(person.id, who.id), eq(person.status, "active"), proof.while, proof.method === "password" ? mayUsePassword() : undefined))
    .returning({ accessVersion: person.accessVersion });
  if (!active || roles.length === 0) throw new NotAdmitted();
  const sessionId = newId();
  const ended = await makeRoom(tx, ctx.organizationId, setting.maxSessions, { sessionId, personId: who.id, ip: ctx.ip, userAgent: ctx.userAgent });
  const { maxMs } = sessionLimits(setting, roles);
  await tx.insert(session).values({
    id: sessionId, organizationId: ctx.organizationId, personId: who.id, lastSeenAt: now, expiresAt: sql`now() + ${`${maxMs} milliseconds`}::interval`, ip: ctx.ip,
    userAgent: ctx.userAgent?.slice(0, 400) ?? null, method: proof.method, factor: proof.factor ?? null, provedAt: now,
  });
  const by: Actor = { kind: "person", id: who.id, name: who.name, email: who.email, roles, sessionId, accessVersion: active.accessVersion };
  const resource = { type: "session", id: sessionId, name: who.email };
  const details = { method: proof.method, ...(proof.factor ? { factor: proof.factor } : {}), ...(ended.length > 0 ? { ended } : {}) };
  return { sessionId, audit: { action: "sessions.signed_in", by, resource, details } };
}
