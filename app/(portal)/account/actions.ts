"use server";
import { action } from "@/lib/action";
import { ChangePasswordInput, changePassword } from "@/lib/people/change-password";
import { RevokeSessionInput, revokeSession } from "@/lib/sessions/revoke";
import { RevokeOtherSessionsInput, revokeOtherSessions } from "@/lib/sessions/revoke-others";

export const changePasswordAction = action(ChangePasswordInput, changePassword);
export const revokeSessionAction = action(RevokeSessionInput, revokeSession);
export const revokeOtherSessionsAction = action(RevokeOtherSessionsInput, revokeOtherSessions);
