"use server";
import { action } from "@/lib/action";
import { AllowFactorsInput, allowFactors } from "@/lib/security/allow-factors";
import { ChangeSecurityInput, changeSecurity } from "@/lib/security/change";
import { RequireFactorsInput, requireFactors } from "@/lib/security/require-factors";

export const changeSecurityAction = action(ChangeSecurityInput, changeSecurity);
export const allowFactorsAction = action(AllowFactorsInput, allowFactors);
export const requireFactorsAction = action(RequireFactorsInput, requireFactors);
