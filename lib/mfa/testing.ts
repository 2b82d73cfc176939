import { eq } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { person } from "@/db/schema/people";
import { hashPassword } from "@/lib/auth/password";
import type { FreshProofVerb } from "@/lib/ability/fresh-proof";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { inside } from "@/lib/runs/testing";
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
