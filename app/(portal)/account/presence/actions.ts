"use server";
import { action } from "@/lib/action";
import { EndDelegationInput, endDelegation } from "@/lib/delegation/end";
import { GiveDelegationInput, giveDelegation } from "@/lib/delegation/give";
import { EndAwayInput, endAway } from "@/lib/presence/end-away";
import { SetAwayInput, setAway } from "@/lib/presence/set-away";

export const setAwayAction = action(SetAwayInput, setAway);
export const endAwayAction = action(EndAwayInput, endAway);
export const giveDelegationAction = action(GiveDelegationInput, giveDelegation);
export const endDelegationAction = action(EndDelegationInput, endDelegation);
