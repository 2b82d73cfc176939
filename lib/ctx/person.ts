import { and, eq, gt, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { person, roleGrant, session } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import { inTenant, type Tx } from "@/db/tenant";
import { abilityOfPerson } from "@/lib/ability/define";
import { isRole, type Role } from "@/lib/ability/permissions";
import type { Device } from "@/lib/auth/device";
import { database } from "@/lib/database";
import { missingFactorDueAt } from "@/lib/mfa/due";
import { endOf, sessionLimits } from "@/lib/security/limits";
import { securityColumns, standardSecurity } from "@/lib/security/load";
import type { PersonCtx } from "./ctx";

export type RequestInfo = { requestId: string; ip: string | null; userAgent: string | null; path?: string | null; device?: Device | null };

/**
 * The context of a signed-in person, from the rows as they are now: a session that was revoked or is over by the rules that
 * the organization has now, a suspended person or one without any role in force gives null. `isSignOfLife`: it was used.
 */
export async function loadPersonCtx(sessionId: string, info: RequestInfo, { isSignOfLife = true } = {}): Promise<PersonCtx | null> {
  const [found] = await database().sql<{ organization: string | null }[]>`select gate_session(${sessionId}) as organization`;
  const organizationId = found?.organization;
  if (!organizationId) return null;
  return inTenant(database(), organizationId, async (tx) => {
    const whose = sql`(select ${session.personId} from ${session} where ${session.id} = ${sessionId})`;
    const [row, roles, dueAt] = await Promise.all([
      liveSession(tx, sessionId),
      heldRoles(tx, whose, sql`now()`),
      missingFactorDueAt(tx, whose),
    ]);
    if (!row || roles.length === 0) return null;
    if (endOf(row, sessionLimits(row.setting ?? standardSecurity, roles)) <= row.now) return null;
    if (isSignOfLife && row.now.getTime() - row.lastSeenAt.getTime() > 60_000) {
      await tx.update(session).set({ lastSeenAt: sql`greatest(${session.lastSeenAt}, now())` }).where(eq(session.id, sessionId));
    }
    // Whom another system signed in, it asks for its own factors.
    const factorDueAt = row.method === null || row.method === "password" ? dueAt : null;
    return {
      organizationId,
      actor: { kind: "person", id: row.personId, name: row.name, email: row.email, roles, sessionId, accessVersion: row.accessVersion },
      // A rule that is not met takes every right away, whatever is called, and leaves one's own account to meet it.
      ability: abilityOfPerson(factorDueAt && factorDueAt <= row.now ? [] : roles),
      factorDueAt,
      ...info,
    };
  });
}

/** The session, its person and the organization's rules, unless it or its person has ended. One clock decides what has expired, whatever this server's says. */
async function liveSession(tx: Tx, sessionId: string) {
  const [row] = await tx
    .select({
      personId: person.id, name: person.name, email: person.email, accessVersion: person.accessVersion,
      createdAt: session.createdAt, lastSeenAt: session.lastSeenAt, expiresAt: session.expiresAt, setting: securityColumns,
      method: session.method,
      now: sql`now()`.mapWith(session.lastSeenAt),
    })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .leftJoin(securitySetting, eq(securitySetting.organizationId, session.organizationId))
    .where(and(eq(session.id, sessionId), isNull(session.revokedAt), eq(person.status, "active")));
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
