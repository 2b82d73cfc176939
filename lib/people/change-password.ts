import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import { hashPassword } from "@/lib/auth/password";
import { newPasswordSchema, requireGoodPassword } from "@/lib/auth/password-policy";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { forgetDevices } from "@/lib/mfa/remembered";
import { renewSession } from "@/lib/sessions/renew";
import { endOtherSessions } from "@/lib/sessions/revoke";
import { transact } from "@/lib/transact";
import { requireCurrentPassword } from "./current-password";
import { withdrawLinks } from "./email-link";

export const ChangePasswordInput = z.strictObject({ current: z.string().min(1, "must not be empty").max(256), password: newPasswordSchema });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

/**
 * Changes the caller's own password, ends their other sessions and the links that were sent to them, and renews this
 * session.
 * @throws AppError `invalid_input` on `current` or `password`; `rate_limited`.
 */
export async function changePassword(ctx: PersonCtx, input: ChangePasswordInput): Promise<{ sessionsEnded: number; sessionId: string }> {
  const { id, email, name } = ctx.actor;
  const old = await requireCurrentPassword(ctx, input.current, "to change it");
  if (input.password.normalize("NFKC") === input.current.normalize("NFKC")) {
    throw new AppError("invalid_input", "The new password is the current one.", { fields: { password: "is your current password; take another" } });
  }
  requireGoodPassword(input.password, [name, email]);
  const passwordHash = await hashPassword(input.password);
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const changed = await tx.update(person).set({ passwordHash }).where(and(eq(person.id, id), eq(person.passwordHash, old))).returning({ id: person.id });
    if (changed.length === 0) throw conflict("Your password was changed at the same moment, somewhere else.", "If that was not you, tell an admin now.");
    await withdrawLinks(tx, id);
    await forgetDevices(tx, id);
    const sessionsEnded = await endOtherSessions(tx, ctx);
    const sessionId = await renewSession(tx, ctx);
    return { value: { sessionsEnded, sessionId }, audit: { action: "people.password_changed", resource: { type: "person", id, name: email }, details: { sessionsEnded } } };
  });
}
