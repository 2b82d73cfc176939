"use server";
import { action } from "@/lib/action";
import { ChangeRoleInput, changeRole } from "@/lib/people/change-role";
import { GrantRoleInput, grantRole } from "@/lib/people/grant-role";
import { InvitePersonInput, invitePerson } from "@/lib/people/invite";
import { RemovePersonInput, removePerson } from "@/lib/people/remove";
import { ResendInvitationInput, resendInvitation } from "@/lib/people/resend-invitation";
import { RevokeRoleInput, revokeRole } from "@/lib/people/revoke-role";

export const invitePersonAction = action(InvitePersonInput, invitePerson);
export const resendInvitationAction = action(ResendInvitationInput, resendInvitation);
export const grantRoleAction = action(GrantRoleInput, grantRole);
export const changeRoleAction = action(ChangeRoleInput, changeRole);
export const revokeRoleAction = action(RevokeRoleInput, revokeRole);
export const removePersonAction = action(RemovePersonInput, removePerson);
