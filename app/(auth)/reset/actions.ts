"use server";
import { openAction } from "@/lib/action";
import { RequestResetInput, requestReset } from "@/lib/auth/request-reset";
import { ResetPasswordInput, resetPassword } from "@/lib/auth/reset-password";

export const requestResetAction = openAction(RequestResetInput, requestReset);
export const resetPasswordAction = openAction(ResetPasswordInput, resetPassword);
