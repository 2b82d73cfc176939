import { and, eq, sql, type SQL } from "drizzle-orm";
import { person, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Actor, Ctx } from "@/lib/ctx/ctx";
import { type HeldRole, knownRoles, lockOfRoles, selectHeldRoles } from "@/lib/ctx/held-roles";
import { countryOf } from "@/lib/geo/country";
import { newId } from "@/lib/id";
import type { FactorProof } from "@/lib/mfa/proof";
import type { JobEvent } from "@/lib/jobs/events";
import { organizationJudge } from "@/lib/network/known-rules";
import { OutsideNetwork } from "@/lib/network/outside-sign-in";
import { sessionLimits } from "@/lib/security/limits";
import { loadSecuritySetting, type SecuritySetting } from "@/lib/security/load";
import { makeRoom } from "@/lib/sessions/make-room";
import { findUnusual, type Unusual } from "@/lib/security/unusual";
import { tellUnusual, UnusualSignIn } from "@/lib/security/unusual-sign-in";
import { breakGlass } from "@/lib/sso/break-glass";
import { keepSsoSession } from "@/lib/sso/keep-session";
import type { providerFactor } from "@/lib/sso/provider-factor";
import { mayUsePassword } from "@/lib/sso/password-allowed";
import { LockedOut } from "@/lib/locks/locked-out";
import { lockOnSignIn } from "@/lib/locks/of-person";
import { knows } from "./device";
import { NotAdmitted } from "./not-admitted";

/** How somebody proved who they are, and what must still be so when the session is opened. */
export type Proof = { method: "password" | "oidc" | "saml"; factor?: FactorProof | "remembered" | typeof providerFactor; while: SQL; ssoLoginId?: string | null };

type Who = { id: string; email: string; name: string };

/** For who is asked for more before there is a session. @throws NotAdmitted */
export async function requireAdmission(tx: Tx, ctx: Ctx, who: Who): Promise<void> {
  const [active] = await tx.select({ id: person.id }).from(person).where(and(eq(person.id, who.id), eq(person.status, "active")));
  if (!active) throw new NotAdmitted();
  await admittedRoles(tx, ctx, who);
}

/** The roles by which they come in. @throws NotAdmitted, also when they, their browser or all of their roles are locked. */
async function admittedRoles(tx: Tx, ctx: Ctx, who: Who): Promise<HeldRole[]> {
  const [grants, stopped] = await Promise.all([selectHeldRoles(tx, who.id, new Date()), lockOnSignIn(tx, who.id, ctx.device?.did ?? null)]);
  const roles = knownRoles(grants);
  const lock = stopped ?? (roles.length === 0 ? lockOfRoles(grants) : null);
  if (lock) throw new LockedOut(ctx, who, lock);
  if (roles.length === 0) throw new NotAdmitted();
  return roles;
}

/** `send` goes on with `audit`. */
export type Opened = { sessionId: string; audit: AuditEntry; send: JobEvent[] };

/**
 * Opens a session, whatever the way in: the one place where there come to be any. Its id is new at each sign-in, so that
 * nobody can prepare a session for somebody else; where it is one too many, the oldest ends. For use inside a verb, which
 * has asked `authorize` and gives `audit` and `send` on.
 * @throws NotAdmitted, which must undo the transaction.
 */
export async function openSession(tx: Tx, ctx: Ctx, who: Who, proof: Proof): Promise<Opened> {
  const now = new Date();
  const [active] = await tx
    .update(person)
    .set({ lastSignInAt: sql`now()` })
    .where(and(eq(person.id, who.id), eq(person.status, "active"), proof.while, proof.method === "password" ? mayUsePassword() : undefined))
    .returning({ accessVersion: person.accessVersion });
  if (!active) throw new NotAdmitted();
  // After the person's row was written, for which whoever locks them waits, or is waited for.
  const [roles, setting, network] = await Promise.all([admittedRoles(tx, ctx, who), loadSecuritySetting(tx), organizationJudge(tx)]);
  const verdict = network?.(ctx.ip);
  if (verdict && !verdict.admitted) throw new OutsideNetwork(ctx, who, verdict);
  const sessionId = newId();
  const { ip, userAgent } = ctx;
  const country = countryOf(ip);
  const unusual = await findUnusual(tx, { personId: who.id, country, isKnownDevice: ctx.device === undefined || knows(ctx.device, who.email) });
  if (isRefused(setting.unusualSignIn, unusual, proof)) throw new UnusualSignIn(ctx, who, { country, ip, userAgent, unusual });
  const send = unusual.length > 0 ? await tellUnusual(tx, ctx.organizationId, who, { country, ip, userAgent, unusual }) : [];
  const ended = await makeRoom(tx, ctx.organizationId, setting.maxSessions, { sessionId, personId: who.id, ip, userAgent });
  const { maxMs } = sessionLimits(setting, roles);
  await tx.insert(session).values({
    id: sessionId, organizationId: ctx.organizationId, personId: who.id, lastSeenAt: now, expiresAt: sql`now() + ${`${maxMs} milliseconds`}::interval`, ip,
    country, userAgent: userAgent?.slice(0, 400) ?? null, deviceId: ctx.device?.did ?? null, method: proof.method, factor: proof.factor ?? null, provedAt: now,
  });
  if (proof.ssoLoginId) await keepSsoSession(tx, ctx.organizationId, sessionId, proof.ssoLoginId);
  const glass = proof.method === "password" ? await breakGlass(tx, ctx, who, sessionId) : { isUsed: false, send: [] };
  const by: Actor = { kind: "person", id: who.id, name: who.name, email: who.email, roles, sessionId, accessVersion: active.accessVersion };
  const resource = { type: "session", id: sessionId, name: who.email };
  const details = { method: proof.method, ...(proof.factor ? { factor: proof.factor } : {}), ...(ended.length > 0 ? { ended } : {}), ...(unusual.length > 0 ? { unusual, country } : {}), ...(glass.isUsed ? { breakGlass: true } : {}) };
  return { sessionId, audit: { action: "sessions.signed_in", by, resource, details, ...(unusual.length > 0 || glass.isUsed ? { severity: "warning" } : {}) }, send: [...send, ...glass.send] };
}

/**
 * A new browser alone keeps nobody out: everybody has one at times, and there would be no way in. Whoever came by an
 * identity provider has no factor either, unless its word for one counts.
 */
function isRefused(rule: SecuritySetting["unusualSignIn"], unusual: readonly Unusual[], { factor }: Proof): boolean {
  if (rule === "notice" || unusual.every((one) => one === "new_device")) return false;
  return rule === "block" || !factor || factor === "remembered";
}
