"use server";
import { openAction } from "@/lib/action";
import { ConfirmEmailInput, confirmEmail } from "@/lib/people/confirm-email";

export const confirmEmailAction = openAction(ConfirmEmailInput, confirmEmail);
