import { and, eq, gt, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { person, roleGrant, session } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { abilityOfPerson } from "@/lib/ability/define";
import { isRole, type Role } from "@/lib/ability/permissions";
import { database } from "@/lib/database";
import type { PersonCtx } from "./ctx";

/** A session ends this long after the last request, and at the latest after its `expires_at`. */
export const sessionIdleMs = 2 * 60 * 60 * 1000;
export const sessionMaxMs = 12 * 60 * 60 * 1000;

export type RequestInfo = { requestId: string; ip: string | null; userAgent: string | null; path?: string | null };

/**
 * The context of a signed-in person, from the rows as they are now: a revoked or expired session, a suspended person
 * or one without any role in force gives null.
 */
export async function loadPersonCtx(sessionId: string, info: RequestInfo): Promise<PersonCtx | null> {
  const [found] = await database().sql<{ organization: string | null }[]>`select gate_session(${sessionId}) as organization`;
  const organizationId = found?.organization;
  if (!organizationId) return null;
  return inTenant(database(), organizationId, async (tx) => {
    const [row, roles] = await Promise.all([
      liveSession(tx, sessionId),
      heldRoles(tx, sql`(select ${session.personId} from ${session} where ${session.id} = ${sessionId})`, sql`now()`),
    ]);
    if (!row || roles.length === 0) return null;
    if (row.now.getTime() - row.lastSeenAt.getTime() > 60_000) {
      await tx.update(session).set({ lastSeenAt: sql`greatest(${session.lastSeenAt}, now())` }).where(eq(session.id, sessionId));
    }
    return {
      organizationId,
      actor: { kind: "person", id: row.personId, name: row.name, email: row.email, roles, sessionId, accessVersion: row.accessVersion },
      ability: abilityOfPerson(roles),
      ...info,
    };
  });
}

/** The session and its person, unless either has ended. One clock decides what has expired, whatever this server's says. */
async function liveSession(tx: Tx, sessionId: string) {
  const [row] = await tx
    .select({
      personId: person.id, name: person.name, email: person.email, accessVersion: person.accessVersion, lastSeenAt: session.lastSeenAt,
      now: sql`now()`.mapWith(session.lastSeenAt),
    })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .where(
      and(
        eq(session.id, sessionId),
        isNull(session.revokedAt),
        gt(session.expiresAt, sql`now()`),
        gt(session.lastSeenAt, sql`now() - ${`${sessionIdleMs} milliseconds`}::interval`),
        eq(person.status, "active"),
      ),
    );
  return row ?? null;
}

/** The roles in force at `now`, on the organization (workspaceId null) or on workspaces. */
export async function heldRoles(
  tx: Tx,
  personId: string | SQL,
  now: Date | SQL,
): Promise<{ role: Role; workspaceId: string | null; validUntil: Date | null }[]> {
  const rows = await tx
    .select({ role: roleGrant.role, workspaceId: roleGrant.workspaceId, validUntil: roleGrant.validUntil })
    .from(roleGrant)
    .where(
      and(
        eq(roleGrant.personId, personId),
        isNull(roleGrant.revokedAt),
        lte(roleGrant.validFrom, now),
        or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, now)),
      ),
    );
  // A role that this version does not know gives nothing.
  return rows.flatMap((row) => (isRole(row.role) ? [{ ...row, role: row.role }] : []));
}
