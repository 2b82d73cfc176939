import { eq } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { AppError, conflict } from "@/lib/errors";
import { queueMail } from "@/lib/mail/queue";
import { transact } from "@/lib/transact";
import { requireCurrentPassword } from "./current-password";
import { emailSchema } from "./email";
import { issueLink, linkMinutes } from "./email-link";
import { ownPassword } from "./own-email";

export const RequestEmailInput = z.strictObject({ email: emailSchema, current: z.string().min(1, "must not be empty").max(256) });
export type RequestEmailInput = z.infer<typeof RequestEmailInput>;

/**
 * Sends a link to the address that the caller wants to have, or wants to prove as theirs; nothing changes before it is
 * opened. Where somebody has the address already, that mail says so, and the answer here does not.
 * @throws AppError `invalid_input` on `current`; `conflict` for their own address that is proven; `rate_limited`.
 */
export async function requestEmail(ctx: PersonCtx, input: RequestEmailInput): Promise<{ email: string }> {
  const { id, name } = ctx.actor;
  await requireCurrentPassword(ctx, input.current, "to change the address");
  const taken = input.email !== ctx.actor.email && (await isTaken(input.email));
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const [me] = await tx.select({ email: person.email, verifiedAt: person.emailVerifiedAt, hasPassword: ownPassword() }).from(person).where(eq(person.id, id)).for("update");
    if (!me) throw new AppError("unauthenticated", "This session has ended.");
    // Otherwise whoever must sign in by their organization would be free of it with another address.
    if (!me.hasPassword) throw conflict("You sign in by your organization, whose directory says which address you have.");
    if (me.email === input.email && me.verifiedAt) throw conflict("This is your address already.");
    const link = await issueLink(tx, ctx.organizationId, { personId: id, kind: "address", email: input.email });
    const send = await queueMail(tx, ctx.organizationId, {
      dedupeKey: `address:${link.id}`,
      to: input.email,
      subject: "Confirm your address",
      text: taken
        ? [
            "Hello,",
            "Somebody wanted to use this address for another account on Countersign. It has an account already, so nothing was changed.",
            "If that was you, sign in with this address instead. If not, there is nothing to do.",
          ].join("\n\n")
        : [
            `Hello ${name},`,
            `You want to sign in to Countersign with ${input.email}. Open this link to confirm it; it works once, for ${linkMinutes} minutes:`,
            new URL(`/confirm/${link.token}`, env().APP_URL).href,
            "If you did not ask for this, do nothing.",
          ].join("\n\n"),
    });
    const resource = { type: "person", id, name: me.email };
    return { value: { email: input.email }, audit: { action: "people.email_requested", resource, details: { before: me.email, after: input.email } }, send };
  });
}

/** Anywhere in the installation, since an address alone finds its organization at sign-in. */
async function isTaken(email: string): Promise<boolean> {
  const rows = await database().sql`select 1 from gate_sign_in(${email})`;
  return rows.length > 0;
}
