"use server";
import { action } from "@/lib/action";
import { giveSession } from "@/lib/auth/give-session";
import { BeginPasskeyInput, beginPasskey } from "@/lib/mfa/begin-passkey";
import { BeginTotpInput, beginTotp } from "@/lib/mfa/begin-totp";
import { BeginEmailCodeInput, beginEmailCode } from "@/lib/mfa/begin-email-code";
import { BeginSmsInput, beginSms } from "@/lib/mfa/begin-sms";
import { ConfirmPasskeyInput, confirmPasskey } from "@/lib/mfa/confirm-passkey";
import { ConfirmSentInput, confirmSent } from "@/lib/mfa/confirm-sent";
import { ConfirmTotpInput, confirmTotp } from "@/lib/mfa/confirm-totp";
import { ForgetDeviceInput, forgetDevice } from "@/lib/mfa/forget-device";
import { OfferPasskeyInput, offerPasskey } from "@/lib/mfa/offer-passkey";
import { ProveInput, prove } from "@/lib/mfa/prove";
import { RemoveFactorInput, removeFactor } from "@/lib/mfa/remove-factor";
import { RenewRecoveryCodesInput, renewRecoveryCodes } from "@/lib/mfa/renew-recovery-codes";
import { ChangePasswordInput, changePassword } from "@/lib/people/change-password";
import { ResendSetUpInput, resendSetUp } from "@/lib/mfa/resend-set-up";
import { SendCodeInput, sendCode } from "@/lib/mfa/send-code";
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

export const proveAction = action(ProveInput, prove);
export const offerPasskeyAction = action(OfferPasskeyInput, offerPasskey);
export const beginTotpAction = action(BeginTotpInput, beginTotp);
export const confirmTotpAction = action(ConfirmTotpInput, confirmTotp);
export const beginPasskeyAction = action(BeginPasskeyInput, beginPasskey);
export const confirmPasskeyAction = action(ConfirmPasskeyInput, confirmPasskey);
export const beginEmailCodeAction = action(BeginEmailCodeInput, beginEmailCode);
export const beginSmsAction = action(BeginSmsInput, beginSms);
export const confirmSentAction = action(ConfirmSentInput, confirmSent);
export const resendSetUpAction = action(ResendSetUpInput, resendSetUp);
export const sendCodeAction = action(SendCodeInput, sendCode);
export const forgetDeviceAction = action(ForgetDeviceInput, forgetDevice);
export const removeFactorAction = action(RemoveFactorInput, removeFactor);
export const renewRecoveryCodesAction = action(RenewRecoveryCodesInput, renewRecoveryCodes);
