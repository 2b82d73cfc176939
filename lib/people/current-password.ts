import { eq } from "drizzle-orm";
import { person } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import { verifyPassword } from "@/lib/auth/password";
import { gatesOf, pass, succeed } from "@/lib/auth/throttle";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { read, transact } from "@/lib/transact";

/**
 * Makes sure that the caller knows their own password; gives its hash, by which a change sees that it is still that one.
 * Wrong guesses are slowed down as at sign-in, so that an open screen is no way to find it out.
 * @throws AppError `invalid_input` on `current`; `rate_limited`.
 */
export async function requireCurrentPassword(ctx: PersonCtx, current: string, purpose: string): Promise<string> {
  const { id, email } = ctx.actor;
  // Counted by the session: what is guessed elsewhere does not keep anybody from a new password, nor the other way round.
  const gates = gatesOf({ email, ip: ctx.ip, device: ctx.actor.sessionId, knownAddress: true });
  const wait = await pass(gates);
  if (wait) throw new AppError("rate_limited", `Too many attempts. Try again in ${wait.seconds} seconds.`, { retryAfterSeconds: wait.seconds });
  const hash = await read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const [row] = await tx.select({ hash: person.passwordHash }).from(person).where(eq(person.id, id));
    return row?.hash ?? null;
  });
  if (!(await verifyPassword(hash, current)) || hash === null) {
    await recordWrong(ctx, purpose);
    throw new AppError("invalid_input", "The current password is wrong.", { fields: { current: "is not your current password" } });
  }
  await succeed(gates);
  return hash;
}

async function recordWrong(ctx: PersonCtx, purpose: string): Promise<void> {
  const { id, email } = ctx.actor;
  await transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const resource = { type: "person", id, name: email };
    return { value: null, audit: { action: "sessions.sign_in_refused", resource, details: { reason: `wrong password, ${purpose}` }, outcome: "blocked" } };
  });
}
