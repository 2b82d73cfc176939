import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { invitation, person } from "@/db/schema/people";
import { authorize } from "@/lib/ability/authorize";
import { hashPassword } from "@/lib/auth/password";
import { newPasswordSchema, requireGoodPassword } from "@/lib/auth/password-policy";
import { tokenSchema } from "@/lib/auth/token";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { AppError } from "@/lib/errors";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { findInvitation, loadInvitation } from "./invitation";

export const AcceptInvitationInput = z.strictObject({ token: tokenSchema, name: cleanText({ max: 80 }), password: newPasswordSchema });
export type AcceptInvitationInput = z.infer<typeof AcceptInvitationInput>;

/**
 * Turns an invited person into an active one, with the password they chose. The link works once, and proves the address.
 * @throws AppError `gone` for a link that was used, revoked, is too old or never was.
 */
export async function acceptInvitation(info: RequestInfo, input: AcceptInvitationInput): Promise<{ email: string }> {
  const found = await findInvitation(input.token, info.ip);
  const view = await loadInvitation(found);
  if (!found || view.state !== "open") throw gone();
  requireGoodPassword(input.password, [input.name, view.email, view.organization]);
  const passwordHash = await hashPassword(input.password);
  // The token is the right to accept; signing in is what it leads to.
  const ctx = systemCtx("sign-in", found.organizationId, info);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const [accepted] = await tx
      .update(invitation)
      .set({ acceptedAt: sql`now()` })
      .where(and(eq(invitation.id, found.id), isNull(invitation.acceptedAt), isNull(invitation.revokedAt), gt(invitation.expiresAt, sql`now()`)))
      .returning({ personId: invitation.personId });
    if (!accepted) throw gone();
    const [active] = await tx
      .update(person)
      .set({ status: "active", passwordHash, name: input.name, emailVerifiedAt: sql`now()`, accessVersion: sql`${person.accessVersion} + 1` })
      .where(and(eq(person.id, accepted.personId), eq(person.status, "invited")))
      .returning({ id: person.id, email: person.email });
    if (!active) throw gone();
    const resource = { type: "person", id: active.id, name: active.email };
    return { value: { email: active.email }, audit: { action: "people.activated", resource, details: { by: "invitation", invitation: found.id } } };
  });
}

function gone(): AppError {
  return new AppError("gone", "This invitation was used, withdrawn or is too old.", { hint: "If you have a password already, sign in. If not, ask who invited you to send it again." });
}
