import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { requireHeld } from "./access";
import { grantFields, grantForAudit, insertGrant } from "./grant";
import { issueInvitation } from "./issue-invitation";
import { loadMember } from "./member";

export const ReadmitPersonInput = z.strictObject({ id: z.uuid(), ...grantFields });
export type ReadmitPersonInput = z.infer<typeof ReadmitPersonInput>;

/**
 * Invites somebody again who was removed: on purpose, by name, since no other way in lets them. They are the same person in
 * the audit, and begin with the role given here alone.
 * @throws AppError `conflict` for whoever did not leave; `forbidden` for a role above the caller's own.
 */
export async function readmitPerson(ctx: PersonCtx, { id, ...fields }: ReadmitPersonInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "invite", { workspaceId: fields.workspaceId });
    requireHeld(ctx, fields.role, fields.workspaceId);
    const member = await loadMember(tx, ctx, id);
    await requireFreshProof(tx, ctx, "people.readmit", `${id} ${fields.role} ${fields.workspaceId ?? "organization"}`);
    const [back] = await tx
      .update(person)
      .set({ status: "invited", passwordHash: null, leftAt: null, leftBy: null })
      .where(and(eq(person.id, id), eq(person.status, "left")))
      .returning({ id: person.id });
    if (!back) throw conflict(`${member.name} was not removed.`, "Load the page again to see where they stand.");
    const grant = await insertGrant(tx, ctx, id, fields);
    const { invitationId, send } = await issueInvitation(tx, ctx.organizationId, ctx.actor, member);
    return {
      value: { id },
      audit: {
        action: "people.readmitted",
        resource: { type: "person", id, name: member.email, workspaceId: fields.workspaceId },
        details: { invitation: invitationId, leftAt: member.leftAt?.toISOString() ?? null, grant: grantForAudit(grant) },
      },
      send,
    };
  });
}
