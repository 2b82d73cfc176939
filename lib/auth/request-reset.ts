import { desc, eq } from "drizzle-orm";
import { RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { invitation, person } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { AuditEntry } from "@/lib/audit/actions";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { emailSchema } from "@/lib/people/email";
import { issueLink, linkMinutes } from "@/lib/people/email-link";
import { issueInvitation } from "@/lib/people/issue-invitation";
import { ownPassword } from "@/lib/people/own-email";
import { transact } from "@/lib/transact";
import { evenOut } from "./even";
import { limiter } from "./limiter";
import { network } from "./network";
import { hashToken } from "./token";

export const RequestResetInput = z.strictObject({ email: emailSchema });
export type RequestResetInput = z.infer<typeof RequestResetInput>;

/** Within an hour: mails to one account, and questions from one address. */
export const resetPaces = { account: 3, address: 20 };

type Found = Pick<typeof person.$inferSelect, "organizationId" | "id" | "email" | "name" | "status"> & { hasPassword: boolean };
type Sent = { how: string; send: JobEvent[] };

/**
 * Sends a link to choose a new password, or what helps instead: whoever was only invited gets the invitation again, and who
 * signs in by their organization is told so. The answer is the same, and takes the same time, whether or not anybody has
 * the address; the mail leaves after it.
 * @throws AppError `rate_limited` for an address of the network that asks too often, whatever it asks for.
 */
export async function requestReset(info: RequestInfo, { email }: RequestResetInput): Promise<{ email: string }> {
  const startedAt = performance.now();
  await requirePace(info.ip);
  const who = await findPerson(email);
  const mayMail = await countMail(email);
  if (who && mayMail) await answer(info, who);
  await evenOut(startedAt);
  return { email };
}

/** Asks the same questions for an address that nobody has, of an organization that does not exist. */
async function findPerson(email: string): Promise<Found | null> {
  const [found] = await database().sql<{ organization: string; person: string }[]>`
    select organization_id as organization, person_id as person from gate_sign_in(${email})`;
  const { organization, person: id } = found ?? { organization: newId(), person: newId() };
  return inTenant(database(), organization, async (tx) => {
    const [row] = await tx
      .select({ organizationId: person.organizationId, id: person.id, email: person.email, name: person.name, status: person.status, hasPassword: ownPassword() })
      .from(person)
      .where(eq(person.id, id));
    return row ?? null;
  });
}

async function answer(info: RequestInfo, who: Found): Promise<void> {
  const ctx = systemCtx("sign-in", who.organizationId, info);
  await transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const { how, send } = await help(tx, who);
    const audit: AuditEntry = {
      action: "people.reset_requested",
      resource: { type: "person", id: who.id, name: who.email },
      details: { sent: how },
      ...(send.length === 0 ? { outcome: "blocked" } : {}),
    };
    return { value: null, audit, send };
  });
}

async function help(tx: Tx, who: Found): Promise<Sent> {
  if (who.status === "invited") return inviteAgain(tx, who);
  if (who.status !== "active") return { how: "nothing: not active", send: [] };
  return who.hasPassword ? sendLink(tx, who) : sayHow(tx, who);
}

async function sendLink(tx: Tx, { organizationId, id: personId, email, name }: Found): Promise<Sent> {
  const { id, token } = await issueLink(tx, organizationId, { personId, kind: "reset", email });
  const send = await queueMail(tx, organizationId, {
    dedupeKey: `reset:${id}`,
    to: email,
    subject: "Choose a new password",
    text: [
      `Hello ${name},`,
      "Somebody, hopefully you, asked for a new password for your account on Countersign.",
      `Open this link to choose one. It works once, for ${linkMinutes} minutes:`,
      new URL(`/reset/${token}`, env().APP_URL).href,
      "All your sessions end with it. If you did not ask, do nothing: your password stays as it is.",
    ].join("\n\n"),
  });
  return { how: "a link", send };
}

async function sayHow(tx: Tx, { organizationId, email, name }: Found): Promise<Sent> {
  const send = await queueMail(tx, organizationId, {
    dedupeKey: `reset-no-password:${newId()}`,
    to: email,
    subject: "How you sign in to Countersign",
    text: [
      `Hello ${name},`,
      "Somebody, hopefully you, asked for a new password for your account on Countersign. Your account has none: you sign in through your organization.",
      `Type your address here and you are led there: ${new URL("/sign-in", env().APP_URL).href}`,
      "If that does not work, ask an admin of your organization.",
    ].join("\n\n"),
  });
  return { how: "how to sign in without a password", send };
}

/** In the name of whoever invited them last. */
async function inviteAgain(tx: Tx, who: Found): Promise<Sent> {
  const [last] = await tx
    .select({ id: person.id, name: person.name, email: person.email })
    .from(invitation)
    .innerJoin(person, eq(person.id, invitation.invitedBy))
    .where(eq(invitation.personId, who.id))
    .orderBy(desc(invitation.createdAt))
    .limit(1);
  if (!last) return { how: "nothing: nobody invited them", send: [] };
  const { send } = await issueInvitation(tx, who.organizationId, last, who);
  return { how: "the invitation again", send };
}

async function requirePace(ip: string | null): Promise<void> {
  const refusal = await over("reset-address", resetPaces.address, network(ip));
  if (!refusal) return;
  const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
  throw new AppError("rate_limited", "Too many new passwords were asked for from where you are.", { hint: `Try again in ${Math.ceil(seconds / 60)} minutes.`, retryAfterSeconds: seconds });
}

/** Counted whether or not anybody has the address. Nobody fills an inbox by asking again and again. */
async function countMail(email: string): Promise<boolean> {
  return (await over("reset-account", resetPaces.account, hashToken(email).toString("base64url"))) === null;
}

async function over(name: string, points: number, key: string): Promise<RateLimiterRes | null> {
  try {
    await limiter(name, { points, duration: 3_600 }).consume(key);
    return null;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}
