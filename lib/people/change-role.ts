import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { bumpAccess, isAdminRole, lockAdmins, requireAdminLeft, requireHeld } from "./access";
import { endGrant, grantFields, heldBy, insertGrant, loadGrant, requireByHand } from "./grant";
import { loadMember } from "./member";
import { tellOfStranded } from "./open-requests";

export const ChangeRoleInput = z.strictObject({ grantId: z.uuid(), ...grantFields });
export type ChangeRoleInput = z.infer<typeof ChangeRoleInput>;

/**
 * Puts another role, place or period in the place of one that a person has, in one step: at no moment do they hold both
 * or neither.
 * @throws AppError `forbidden` when either is above the caller's own; `conflict` for the last organization admin.
 */
export async function changeRole(ctx: PersonCtx, { grantId, ...fields }: ChangeRoleInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "update_role", { workspaceId: fields.workspaceId });
    await lockAdmins(tx);
    const old = await loadGrant(tx, grantId);
    const member = await loadMember(tx, ctx, old.personId);
    authorize(tx, ctx, "users", "update_role", { workspaceId: old.workspaceId });
    requireHeld(ctx, old.role, old.workspaceId);
    requireHeld(ctx, fields.role, fields.workspaceId);
    requireByHand(old);
    await requireFreshProof(tx, ctx, "people.change_role", `${grantId} ${fields.role} ${fields.workspaceId ?? "organization"}`);
    const before = await heldBy(tx, old.personId);
    await endGrant(tx, grantId);
    const grant = await insertGrant(tx, ctx, old.personId, fields);
    if (isAdminRole(old.role)) await requireAdminLeft(tx);
    await bumpAccess(tx, ctx.organizationId, old.personId);
    const { send } = await tellOfStranded(tx, ctx, { ...member, what: "lost a role", grants: [old] });
    const resource = { type: "person", id: member.id, name: member.email, workspaceId: fields.workspaceId };
    return { value: { id: grant.id }, audit: { action: "people.role_changed", resource, details: { before, after: await heldBy(tx, old.personId) } }, send };
  });
}
