"use server";
import { openAction } from "@/lib/action";
import { AcceptInvitationInput, acceptInvitation } from "@/lib/people/accept-invitation";

export const acceptInvitationAction = openAction(AcceptInvitationInput, acceptInvitation);
