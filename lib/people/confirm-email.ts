import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { sqlState } from "@/db/error";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { tokenSchema } from "@/lib/auth/token";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { conflict } from "@/lib/errors";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { forgetDevices } from "@/lib/mfa/remembered";
import { transact } from "@/lib/transact";
import { bumpAccess } from "./access";
import { linkGone, loadLink, type OpenLink, takeLink, withdrawLinks } from "./email-link";

export const ConfirmEmailInput = z.strictObject({ token: tokenSchema });
export type ConfirmEmailInput = z.infer<typeof ConfirmEmailInput>;

/**
 * Makes the address that a link was sent to the person's own, and proven. The one they had is told, and links that were
 * sent to it are worth nothing any more.
 * @throws AppError `gone`; `conflict` where somebody took the address meanwhile.
 */
export async function confirmEmail(info: RequestInfo, { token }: ConfirmEmailInput): Promise<{ email: string }> {
  const link = await loadLink("address", token, info.ip);
  if (!link) throw linkGone();
  const { id, email: before } = link.person;
  const ctx = systemCtx("sign-in", link.organizationId, info);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    await takeLink(tx, link.id);
    const changed = await tx
      .update(person)
      .set({ email: link.email, emailVerifiedAt: sql`now()` })
      .where(and(eq(person.id, id), eq(person.status, "active"), eq(person.email, before)))
      .returning({ id: person.id });
    if (changed.length === 0) throw linkGone();
    await withdrawLinks(tx, id);
    await forgetDevices(tx, id);
    await bumpAccess(tx, link.organizationId, id);
    const send = before === link.email ? [] : await tellOldAddress(tx, link);
    const resource = { type: "person", id, name: link.email };
    return { value: { email: link.email }, audit: { action: "people.email_changed", resource, details: { before, after: link.email } }, send };
  }).catch((error: unknown) => {
    if (sqlState(error) === "23505") throw conflict("This address has an account already.", "Sign in with it instead.");
    throw error;
  });
}

function tellOldAddress(tx: Tx, { id, organizationId, email, person: { name, email: before } }: OpenLink): Promise<JobEvent[]> {
  return queueMail(tx, organizationId, {
    dedupeKey: `address-changed:${id}`,
    to: before,
    subject: "Your address was changed",
    text: [
      `Hello ${name},`,
      `From now on you sign in to Countersign with ${email} instead of this address.`,
      "If it was not you who changed it, tell an admin of your organization now: whoever did had your password.",
    ].join("\n\n"),
  });
}
