import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { newPasswordSchema, requireGoodPassword } from "@/lib/auth/password-policy";
import { gatesOf, pass, succeed } from "@/lib/auth/throttle";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { renewSession } from "@/lib/sessions/renew";
import { endOtherSessions } from "@/lib/sessions/revoke";
import { read, transact } from "@/lib/transact";

export const ChangePasswordInput = z.strictObject({ current: z.string().min(1, "must not be empty").max(256), password: newPasswordSchema });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

/**
 * Changes the caller's own password, ends their other sessions and renews this one. Wrong guesses of the current one are slowed down as
 * at sign-in, so that an open screen is no way to find it out.
 * @throws AppError `invalid_input` on `current` or `password`; `rate_limited`.
 */
export async function changePassword(ctx: PersonCtx, input: ChangePasswordInput): Promise<{ sessionsEnded: number; sessionId: string }> {
  const { id, email, name } = ctx.actor;
  // Counted by the session: what is guessed elsewhere does not keep anybody from a new password, nor the other way round.
  const gates = gatesOf({ email, ip: ctx.ip, device: ctx.actor.sessionId, knownAddress: true });
  const wait = await pass(gates);
  if (wait) throw new AppError("rate_limited", `Too many attempts. Try again in ${wait.seconds} seconds.`, { retryAfterSeconds: wait.seconds });
  const old = await read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const [row] = await tx.select({ hash: person.passwordHash }).from(person).where(eq(person.id, id));
    return row?.hash ?? null;
  });
  if (!(await verifyPassword(old, input.current))) {
    await recordWrong(ctx);
    throw new AppError("invalid_input", "The current password is wrong.", { fields: { current: "is not your current password" } });
  }
  await succeed(gates);
  if (input.password.normalize("NFKC") === input.current.normalize("NFKC")) {
    throw new AppError("invalid_input", "The new password is the current one.", { fields: { password: "is your current password; take another" } });
  }
  requireGoodPassword(input.password, [name, email]);
  const passwordHash = await hashPassword(input.password);
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const changed = await tx.update(person).set({ passwordHash }).where(sql`${person.id} = ${id} and ${person.passwordHash} = ${old}`).returning({ id: person.id });
    if (changed.length === 0) throw conflict("Your password was changed at the same moment, somewhere else.", "If that was not you, tell an admin now.");
    const sessionsEnded = await endOtherSessions(tx, ctx);
    const sessionId = await renewSession(tx, ctx);
    return { value: { sessionsEnded, sessionId }, audit: { action: "people.password_changed", resource: { type: "person", id, name: email }, details: { sessionsEnded } } };
  });
}

async function recordWrong(ctx: PersonCtx): Promise<void> {
  const { id, email } = ctx.actor;
  await transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const resource = { type: "person", id, name: email };
    return { value: null, audit: { action: "sessions.sign_in_refused", resource, details: { reason: "wrong password, to change it" }, outcome: "blocked" } };
  });
}
