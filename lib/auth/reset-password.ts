import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { person, session } from "@/db/schema/people";
import { authorize } from "@/lib/ability/authorize";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { publish } from "@/lib/live/publish";
import { queueMail } from "@/lib/mail/queue";
import { forgetDevices } from "@/lib/mfa/remembered";
import { linkGone, loadLink, takeLink, withdrawLinks } from "@/lib/people/email-link";
import { ownPassword } from "@/lib/people/own-email";
import { transact } from "@/lib/transact";
import { hashPassword } from "./password";
import { newPasswordSchema, requireGoodPassword } from "./password-policy";
import { tokenSchema } from "./token";

export const ResetPasswordInput = z.strictObject({ token: tokenSchema, password: newPasswordSchema });
export type ResetPasswordInput = z.infer<typeof ResetPasswordInput>;

/**
 * Gives the person a link was sent to the password they chose. All their sessions end, and all other links. It opens no
 * session: signing in asks for everything that it usually does.
 * @throws AppError `gone` for a link that was used, replaced, is too old or never was; `invalid_input` for a weak password.
 */
export async function resetPassword(info: RequestInfo, input: ResetPasswordInput): Promise<{ email: string }> {
  const link = await loadLink("reset", input.token, info.ip);
  if (!link) throw linkGone();
  const { id, name, email } = link.person;
  requireGoodPassword(input.password, [name, email, link.organization]);
  const passwordHash = await hashPassword(input.password);
  // The token is the right to it.
  const ctx = systemCtx("sign-in", link.organizationId, info);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    await takeLink(tx, link.id);
    const changed = await tx
      .update(person)
      .set({ passwordHash, emailVerifiedAt: sql`coalesce(${person.emailVerifiedAt}, now())`, accessVersion: sql`${person.accessVersion} + 1` })
      .where(and(eq(person.id, id), eq(person.status, "active"), eq(person.email, link.email), ownPassword()))
      .returning({ id: person.id });
    if (changed.length === 0) throw linkGone();
    await withdrawLinks(tx, id);
    await forgetDevices(tx, id);
    const ended = await tx
      .update(session)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(session.personId, id), isNull(session.revokedAt)))
      .returning({ id: session.id });
    publish(tx, link.organizationId, `access:${id}`);
    const send = await queueMail(tx, link.organizationId, {
      dedupeKey: `reset-done:${link.id}`,
      to: email,
      subject: "Your password was changed",
      text: [
        `Hello ${name},`,
        `Your password on Countersign was changed by a link that was sent to this address${info.ip ? `, from ${info.ip}` : ""}. All your sessions have ended.`,
        "If it was not you, somebody reads your mail: tell an admin of your organization now.",
      ].join("\n\n"),
    });
    const details = { by: "a link by mail", sessionsEnded: ended.length };
    return { value: { email }, audit: { action: "people.password_changed", resource: { type: "person", id, name: email }, details }, send };
  });
}
