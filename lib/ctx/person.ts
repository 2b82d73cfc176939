import { and, eq, isNull, sql } from "drizzle-orm";
import { person, session } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import { inTenant, readAtOnce, type Tx } from "@/db/tenant";
import { abilityOfPerson } from "@/lib/ability/define";
import type { Device } from "@/lib/auth/device";
import { database } from "@/lib/database";
import { selectMissingFactorDue } from "@/lib/mfa/due";
import { endOf, sessionLimits } from "@/lib/security/limits";
import { securityColumns, standardSecurity } from "@/lib/security/load";
import { admitPerson } from "@/lib/network/admit";
import { selectMarks, stampOf } from "@/lib/network/known-rules";
import { providerFactor } from "@/lib/sso/provider-factor";
import type { PersonCtx } from "./ctx";
import { selectLockOfSession } from "@/lib/locks/of-person";
import { locked } from "@/lib/locks/standing";
import { knownRoles, lockOfRoles, selectHeldRoles } from "./held-roles";

export type RequestInfo = { requestId: string; ip: string | null; userAgent: string | null; path?: string | null; device?: Device | null };

/**
 * The context of a signed-in person, from the rows as they are now: a session that was revoked or is over by the rules that
 * the organization has now, a suspended person or one without any role in force gives null. `isSignOfLife`: it was used,
 * which is noted once a minute. `toLeave`: to end the session, which may be done from anywhere: it gives no right. Otherwise
 * it costs one way to the database and back, since every page and every call pays it.
 * @throws AppError `locked` when the person, the browser, or all of the person's roles are: they are told why;
 * `network_not_allowed` from where the organization lets nobody in; the session stays.
 */
export async function loadPersonCtx(sessionId: string, info: RequestInfo, { isSignOfLife = true, toLeave = false } = {}): Promise<PersonCtx | null> {
  const whose = sql`(select ${session.personId} from ${session} where ${session.id} = ${sessionId})`;
  const tenant = { text: "select gate_session($1)", values: [sessionId] };
  const [[row], grants, [due], [lock], marks] = await readAtOnce(database(), tenant, (tx) => [
    selectLiveSession(tx, sessionId),
    selectHeldRoles(tx, whose, sql`now()`),
    selectMissingFactorDue(tx, whose),
    selectLockOfSession(tx, sessionId),
    selectMarks(tx),
  ]);
  const roles = knownRoles(grants);
  const stopped = lock ?? (row && roles.length === 0 ? lockOfRoles(grants) : null);
  if (stopped) throw locked(stopped);
  if (!row || roles.length === 0) return null;
  if (endOf(row, sessionLimits(row.setting ?? standardSecurity, roles)) <= row.now) return null;
  const actor = { kind: "person", id: row.personId, name: row.name, email: row.email, roles, sessionId, accessVersion: row.accessVersion } as const;
  const { organizationId } = row;
  const bare = { organizationId, actor, ability: abilityOfPerson([]), ...info };
  if (toLeave) return bare;
  const closed = await admitPerson(bare, marks);
  if (isSignOfLife && row.now.getTime() - row.lastSeenAt.getTime() > 60_000) await noteUse(row.organizationId, sessionId, info.ip);
  // The word of an identity provider counts where its connection says so; everybody else is asked for a factor of ours.
  const factorDueAt = row.factor === providerFactor ? null : (due?.at ?? null);
  return {
    ...bare,
    // A rule that is not met takes every right away, whatever is called, and leaves one's own account to meet it.
    ability: abilityOfPerson(factorDueAt && factorDueAt <= row.now ? [] : roles, closed),
    factorDueAt,
    network: stampOf(marks),
  };
}

/** The session, its person and the organization's rules, unless it or its person has ended. One clock decides what has expired, whatever this server's says. */
function selectLiveSession(tx: Tx, sessionId: string) {
  return tx
    .select({
      organizationId: session.organizationId,
      personId: person.id, name: person.name, email: person.email, accessVersion: person.accessVersion,
      createdAt: session.createdAt, lastSeenAt: session.lastSeenAt, expiresAt: session.expiresAt, setting: securityColumns,
      factor: session.factor,
      now: sql`now()`.mapWith(session.lastSeenAt),
    })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .leftJoin(securitySetting, eq(securitySetting.organizationId, session.organizationId))
    .where(and(eq(session.id, sessionId), isNull(session.revokedAt), eq(person.status, "active")));
}

async function noteUse(organizationId: string, sessionId: string, ip: string | null): Promise<void> {
  await inTenant(database(), organizationId, (tx) =>
    tx.update(session).set({ lastSeenAt: sql`greatest(${session.lastSeenAt}, now())`, ...(ip ? { lastIp: ip } : {}) }).where(eq(session.id, sessionId)),
  );
}
