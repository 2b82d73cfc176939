import { z } from "zod";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { issueInvitation } from "./issue-invitation";
import { authorizeOver, loadMember } from "./member";

export const ResendInvitationInput = z.strictObject({ id: z.uuid() });
export type ResendInvitationInput = z.infer<typeof ResendInvitationInput>;

/** Sends a fresh link to somebody who has not come in yet; the earlier one stops working. */
export async function resendInvitation(ctx: PersonCtx, { id }: ResendInvitationInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const member = await loadMember(tx, ctx, id);
    authorizeOver(tx, ctx, "invite", member.grants);
    if (member.status !== "invited") throw conflict(`${member.name} has come in already, or was removed.`);
    const { invitationId, send } = await issueInvitation(tx, ctx.organizationId, ctx.actor, member);
    const resource = { type: "person", id, name: member.email };
    return { value: { id }, audit: { action: "people.invited", resource, details: { invitation: invitationId, again: true } }, send };
  });
}
