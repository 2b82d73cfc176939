import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { person, session } from "@/db/schema/people";
import { ssoSession } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { publish } from "@/lib/live/publish";
import type { Way } from "./way";

/** Of whom, or which session at the provider; both where it names both. */
export type Ended = { subject: string | null; sessionIndex: string | null };

/** Ends the sessions that came by one at the provider which is over. For use inside a verb, which has asked `authorize`. */
export async function endSessions(tx: Tx, { ctx, connection }: Way, { subject, sessionIndex }: Ended): Promise<AuditEntry[]> {
  if (subject === null && sessionIndex === null) return [];
  const named = and(
    eq(ssoSession.connectionId, connection.id),
    subject === null ? undefined : eq(ssoSession.subject, subject),
    sessionIndex === null ? undefined : eq(ssoSession.sessionIndex, sessionIndex),
  );
  const ended = await tx
    .update(session)
    .set({ revokedAt: sql`now()` })
    .where(and(inArray(session.id, tx.select({ id: ssoSession.sessionId }).from(ssoSession).where(named)), isNull(session.revokedAt)))
    .returning({ id: session.id, personId: session.personId });
  const audit: AuditEntry[] = [];
  for (const { id, personId } of ended) {
    publish(tx, ctx.organizationId, `access:${personId}`);
    const [who] = await tx.select({ email: person.email }).from(person).where(eq(person.id, personId));
    audit.push({ action: "sessions.revoked", resource: { type: "session", id, name: who?.email ?? "" }, details: { person: personId, by: "the identity provider", connection: connection.id } });
  }
  return audit;
}
