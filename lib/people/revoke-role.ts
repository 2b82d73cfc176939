import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { bumpAccess, isAdminRole, lockAdmins, requireAdminLeft, requireHeld } from "./access";
import { endGrant, heldBy, loadGrant, requireByHand } from "./grant";
import { loadMember } from "./member";
import { tellOfStranded } from "./open-requests";

export const RevokeRoleInput = z.strictObject({ grantId: z.uuid() });
export type RevokeRoleInput = z.infer<typeof RevokeRoleInput>;

/**
 * Takes a role away, from the person's next request on.
 * @throws AppError `forbidden` for a role above the caller's own; `conflict` for the last organization admin.
 */
export async function revokeRole(ctx: PersonCtx, { grantId }: RevokeRoleInput): Promise<{ personId: string }> {
  return transact(ctx, async (tx) => {
    await lockAdmins(tx);
    const old = await loadGrant(tx, grantId);
    const member = await loadMember(tx, ctx, old.personId);
    authorize(tx, ctx, "users", "update_role", { workspaceId: old.workspaceId });
    requireHeld(ctx, old.role, old.workspaceId);
    requireByHand(old);
    await requireFreshProof(tx, ctx, "people.revoke_role", grantId);
    const before = await heldBy(tx, old.personId);
    await endGrant(tx, grantId);
    if (isAdminRole(old.role)) await requireAdminLeft(tx);
    await bumpAccess(tx, ctx.organizationId, old.personId);
    const { send } = await tellOfStranded(tx, ctx, { ...member, what: "lost a role", grants: [old] });
    const resource = { type: "person", id: member.id, name: member.email, workspaceId: old.workspaceId };
    return { value: { personId: member.id }, audit: { action: "people.role_revoked", resource, details: { before, after: await heldBy(tx, old.personId) } }, send };
  });
}
