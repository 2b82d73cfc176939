import { and, eq, gt } from "drizzle-orm";
import { z } from "zod";
import { person, session } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { factorsOf } from "@/lib/mfa/factors";
import { keepPending } from "@/lib/mfa/pending";
import { isRemembered } from "@/lib/mfa/remembered";
import { notify } from "@/lib/notices/notify";
import { transact } from "@/lib/transact";
import { type Device, knows } from "./device";
import { evenOut } from "./even";
import { NotAdmitted } from "./not-admitted";
import { openSession, requireAdmission } from "./open-session";
import { verifyPassword } from "./password";
import { gatesOf, pass, succeed } from "./throttle";

export const SignInInput = z.strictObject({
  email: z.string().trim().toLowerCase().min(3).max(254),
  password: z.string().min(1).max(256),
});
export type SignInInput = z.infer<typeof SignInInput>;

const knownAddressDays = 90;
const tooMany = "too many attempts";

/** The password was right, and a second factor is asked for: there is no session yet, only a token to go on with. */
export class SecondStepNeeded extends Error {
  constructor(readonly token: string) {
    super("a second factor is needed");
  }
}

/**
 * Opens a session for an email address and its password, or asks for the second step. Every refusal reads the same and takes the same time, whether or
 * not the address is known; the audit has the reason.
 * @param device the browser, if it signed in before: other people's failures do not make it wait.
 * @param remembered the token of a browser that need not show a factor.
 * @throws AppError `unauthenticated`, or `rate_limited` with the seconds to wait.
 * @throws SecondStepNeeded for whoever has a second factor, and did not have this browser remembered.
 */
export async function signIn(info: RequestInfo, input: SignInInput, device: Device | null = null, remembered: string | null = null): Promise<{ sessionId: string }> {
  const startedAt = performance.now();
  const who = await findPerson(input.email, info.ip);
  const gates = gatesOf({ email: input.email, ip: info.ip, device: device && knows(device, input.email) ? device.did : null, knownAddress: who?.knownAddress ?? false });
  const wait = await pass(gates);
  if (wait) {
    if (wait.first) await recordRefusal(info, who, tooMany);
    await evenOut(startedAt);
    throw new AppError("rate_limited", "Too many attempts; each further one waits longer.", { retryAfterSeconds: wait.seconds });
  }
  const matches = await verifyPassword(who?.passwordHash ?? null, input.password);
  const opened = who && matches ? await enter(info, who, remembered) : null;
  if (opened && opened !== "recorded") {
    await succeed(gates);
    if (opened.sessionId === null) throw new SecondStepNeeded(opened.token);
    return opened;
  }
  if (!opened) await recordRefusal(info, who, matches ? "no access: not active, or no role in force" : "wrong password");
  await evenOut(startedAt);
  throw new AppError("unauthenticated", "This email address and password do not let you in.", {
    hint: "Check both. If your access has ended, ask an admin of your organization.",
  });
}

type Found = { organizationId: string; id: string; email: string; name: string; passwordHash: string | null; knownAddress: boolean };

/** Asks the same questions for an address that nobody has, of an organization that does not exist. */
async function findPerson(email: string, ip: string | null): Promise<Found | null> {
  const [found] = await database().sql<{ organization: string; person: string }[]>`
    select organization_id as organization, person_id as person from gate_sign_in(${email})`;
  const { organization, person: id } = found ?? { organization: newId(), person: newId() };
  return inTenant(database(), organization, async (tx) => {
    const [row] = await tx
      .select({ id: person.id, email: person.email, name: person.name, passwordHash: person.passwordHash })
      .from(person)
      .where(eq(person.id, id));
    const since = new Date(Date.now() - knownAddressDays * 86_400_000);
    const before = await tx
      .select({ id: session.id })
      .from(session)
      .where(and(eq(session.personId, id), eq(session.ip, ip ?? ""), gt(session.createdAt, since)))
      .limit(1);
    return row ? { ...row, organizationId: organization, knownAddress: before.length > 0 } : null;
  });
}

type Entered = { sessionId: string } | { sessionId: null; token: string };

/** Null: this person may not come in, or their password was changed while it was compared. `recorded`: nor that, and it is told already. */
async function enter(info: RequestInfo, who: Found, remembered: string | null): Promise<Entered | "recorded" | null> {
  const ctx = signInCtx(who.organizationId, info);
  return transact<Entered>(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const resource = { type: "person", id: who.id, name: who.email };
    const hasFactor = (await factorsOf(tx, who.id)).length > 0;
    const isKnown = hasFactor && remembered !== null && (await isRemembered(tx, ctx, who.id, remembered));
    if (hasFactor && !isKnown) {
      await requireAdmission(tx, ctx, who);
      return { value: { sessionId: null, token: await keepPending(tx, who.organizationId, who) }, audit: { action: "sessions.second_step_asked", resource } };
    }
    const opened = await openSession(tx, ctx, who, { method: "password", ...(isKnown ? { factor: "remembered" } : {}), while: eq(person.passwordHash, who.passwordHash ?? "") });
    return { value: { sessionId: opened.sessionId }, audit: opened.audit, send: opened.send };
  }).catch(async (error: unknown) => {
    if (error instanceof NotAdmitted) return (await error.record()) ? "recorded" : null;
    throw error;
  });
}

async function recordRefusal(info: RequestInfo, who: Found | null, reason: string): Promise<void> {
  if (!who) {
    log.warn({ ip: info.ip, requestId: info.requestId, reason }, "sign-in refused for an address that is not known");
    return;
  }
  const ctx = signInCtx(who.organizationId, info);
  await transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const resource = { type: "person", id: who.id, name: who.email };
    if (reason === tooMany) await tellOf(tx, info, who);
    return { value: null, audit: { action: "sessions.sign_in_refused", resource, details: { reason }, outcome: "blocked" } };
  });
}

/** Once a day: enough to know of it, and nothing that whoever guesses could fill an inbox with. */
async function tellOf(tx: Tx, info: RequestInfo, who: Found): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  await notify(tx, who.organizationId, {
    personIds: [who.id],
    dedupeKey: `sign-in-guessed:${day}`,
    title: "Somebody tried to sign in as you",
    body: `Wrong passwords for your account came${info.ip ? ` from ${info.ip}` : ""}, more than are let through without a wait. Nobody came in by them. If it was not you, and your password is short or used elsewhere too, change it.`,
    href: "/account",
  });
}

function signInCtx(organizationId: string, info: RequestInfo): Ctx {
  return systemCtx("sign-in", organizationId, info);
}
