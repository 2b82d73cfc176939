"use server";
import { action } from "@/lib/action";
import { revokeStanding, RevokeStandingInput } from "@/lib/standing/revoke";

export const revoke = action(RevokeStandingInput, revokeStanding);
