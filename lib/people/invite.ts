import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { cleanText } from "@/lib/text";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { requireHeld } from "./access";
import { emailSchema } from "./email";
import { grantFields, grantForAudit, insertGrant } from "./grant";
import { issueInvitation } from "./issue-invitation";

export const InvitePersonInput = z.strictObject({ email: emailSchema, name: cleanText({ max: 80 }), ...grantFields });
export type InvitePersonInput = z.infer<typeof InvitePersonInput>;

/**
 * Invites somebody with a role, by mail.
 * @throws AppError `conflict` when the address has an account, also one of somebody who left: they come back by
 * `readmitPerson` only; `forbidden` for a role above the caller's own.
 */
export async function invitePerson(ctx: PersonCtx, input: InvitePersonInput): Promise<{ id: string }> {
  const { email, name, ...fields } = input;
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "invite", { workspaceId: fields.workspaceId });
    requireHeld(ctx, fields.role, fields.workspaceId);
    await requireFreshProof(tx, ctx, "people.invite", `${email} ${fields.role} ${fields.workspaceId ?? "organization"}`);
    const id = await invited(tx, ctx, email, name);
    const grant = await insertGrant(tx, ctx, id, fields);
    const { invitationId, send } = await issueInvitation(tx, ctx.organizationId, ctx.actor, { id, email, name });
    return {
      value: { id },
      audit: {
        action: "people.invited",
        resource: { type: "person", id, name: email, workspaceId: fields.workspaceId },
        details: { invitation: invitationId, name, grant: grantForAudit(grant) },
      },
      send,
    };
  });
}

async function invited(tx: Tx, ctx: PersonCtx, email: string, name: string): Promise<string> {
  const [made] = await tx
    .insert(person)
    .values({ id: newId(), organizationId: ctx.organizationId, email, name, status: "invited" })
    .onConflictDoNothing()
    .returning({ id: person.id });
  if (made) return made.id;
  const [gone] = await tx.select({ id: person.id }).from(person).where(and(eq(person.email, email), eq(person.status, "left")));
  if (gone) throw conflict(`${email} belongs to somebody who was removed.`, "To let them in again, open their page among the removed members and choose “Invite again”.");
  throw conflict(`${email} has an account already.`, "Look for this person among the members; an invitation that is open can be sent again there.");
}
