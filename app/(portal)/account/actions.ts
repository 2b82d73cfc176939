"use server";
import { action } from "@/lib/action";
import { giveSession } from "@/lib/auth/give-session";
import { ChangePasswordInput, changePassword } from "@/lib/people/change-password";
import { RevokeSessionInput, revokeSession } from "@/lib/sessions/revoke";
import { RevokeOtherSessionsInput, revokeOtherSessions } from "@/lib/sessions/revoke-others";

export const changePasswordAction = action(ChangePasswordInput, async (ctx, input) => {
  const { sessionId, ...done } = await changePassword(ctx, input);
  await giveSession(sessionId);
  return done;
});
export const revokeSessionAction = action(RevokeSessionInput, revokeSession);
export const revokeOtherSessionsAction = action(RevokeOtherSessionsInput, async (ctx) => {
  const { sessionId, ...done } = await revokeOtherSessions(ctx);
  await giveSession(sessionId);
  return done;
});
