"use server";
import { action } from "@/lib/action";
import { ChangeSecurityInput, changeSecurity } from "@/lib/security/change";

export const changeSecurityAction = action(ChangeSecurityInput, changeSecurity);
