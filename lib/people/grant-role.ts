import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { bumpAccess, requireHeld } from "./access";
import { grantFields, heldBy, insertGrant } from "./grant";
import { loadMember } from "./member";

export const GrantRoleInput = z.strictObject({ personId: z.uuid(), ...grantFields });
export type GrantRoleInput = z.infer<typeof GrantRoleInput>;

/** Gives a person one more role. It counts from their next request on. */
export async function grantRole(ctx: PersonCtx, { personId, ...fields }: GrantRoleInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "update_role", { workspaceId: fields.workspaceId });
    requireHeld(ctx, fields.role, fields.workspaceId);
    const member = await loadMember(tx, ctx, personId);
    await requireFreshProof(tx, ctx, "people.grant_role", `${personId} ${fields.role} ${fields.workspaceId ?? "organization"}`);
    if (member.status === "left") throw conflict(`${member.name} was removed.`, "Invite them again instead.");
    const before = await heldBy(tx, personId);
    const grant = await insertGrant(tx, ctx, personId, fields);
    await bumpAccess(tx, ctx.organizationId, personId);
    const resource = { type: "person", id: personId, name: member.email, workspaceId: fields.workspaceId };
    return { value: { id: grant.id }, audit: { action: "people.role_granted", resource, details: { before, after: await heldBy(tx, personId) } } };
  });
}
