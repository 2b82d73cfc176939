"use server";
import { action } from "@/lib/action";
import { ChangeSecurityInput, changeSecurity } from "@/lib/security/change";
import { RequireFactorsInput, requireFactors } from "@/lib/security/require-factors";

export const changeSecurityAction = action(ChangeSecurityInput, changeSecurity);
export const requireFactorsAction = action(RequireFactorsInput, requireFactors);
