import { and, desc, eq, like, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { mail } from "@/db/schema/message";
import { person } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import { hashPassword } from "@/lib/auth/password";
import type { FreshProofVerb } from "@/lib/ability/fresh-proof";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { inside } from "@/lib/runs/testing";
import { beginEmailCode } from "./begin-email-code";
import { confirmSent } from "./confirm-sent";
import { beginTotp } from "./begin-totp";
import { confirmTotp } from "./confirm-totp";
import { prove } from "./prove";

export const password = "quarter lantern orbit mosaic";
const hash = hashPassword(password);

/** Gives a test's person the password that they prove from then on. */
export async function givePassword(ctx: PersonCtx): Promise<void> {
  const passwordHash = await hash;
  await inside(ctx, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, ctx.actor.id)));
}

/** An authenticator app as a phone has it: `code(1)` is the one of the next half minute. */
export function phone(secret: string) {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: 30 });
  return { code: (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 }) };
}

/** Sets up an authenticator app, as My account does, with the code of the half minute before. */
export async function addPhone(ctx: PersonCtx, name = "Phone") {
  const { id, secret } = await beginTotp(ctx, { name });
  const app = phone(secret);
  const { recoveryCodes } = await confirmTotp(ctx, { id, code: app.code(-1) });
  return { id, secret, recoveryCodes: recoveryCodes ?? [], ...app };
}

export const provePassword = (ctx: PersonCtx, verb: FreshProofVerb, object: string) => prove(ctx, { verb, object, proof: { method: "password", password } });

/** What an organization says of codes that are sent, and of remembered browsers. */
export async function setRules(t: { organizationId: string }, rules: Partial<typeof securitySetting.$inferInsert>): Promise<void> {
  const { organizationId } = t;
  await inside(t, (tx) => tx.insert(securitySetting).values({ organizationId, ...rules }).onConflictDoUpdate({ target: securitySetting.organizationId, set: rules }));
}

/** The code in the last mail that went to an address. */
export async function mailedCode(t: { organizationId: string }, to: string): Promise<string> {
  const [last] = await inside(t, (tx) => tx.select({ text: mail.text }).from(mail).where(and(eq(mail.recipient, to), like(mail.subject, "Your code%"))).orderBy(desc(mail.id)).limit(1));
  return /^\d{8}/.exec(last?.text ?? "")?.[0] ?? "none";
}

/** Sets up codes by mail, as My account does, in an organization that allows them. */
export async function addMailCodes(ctx: PersonCtx): Promise<{ id: string; recoveryCodes: string[] }> {
  await inside(ctx, (tx) => tx.update(person).set({ emailVerifiedAt: sql`now()` }).where(eq(person.id, ctx.actor.id)));
  const { id } = await beginEmailCode(ctx);
  const { recoveryCodes } = await confirmSent(ctx, { id, code: await mailedCode(ctx, ctx.actor.email) });
  return { id, recoveryCodes: recoveryCodes ?? [] };
}
