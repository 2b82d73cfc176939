"use server";
import { action } from "@/lib/action";
import { DecideBatchInput, decideBatch, RejectAlikeInput, rejectAlike } from "@/lib/approvals/batch";
import { cancelApproval, CancelApprovalInput } from "@/lib/approvals/cancel";
import { decideApproval, DecideApprovalInput } from "@/lib/approvals/decide";
import { narrowApproval, NarrowApprovalInput } from "@/lib/approvals/narrow";
import { withdrawNarrowing, WithdrawNarrowingInput } from "@/lib/approvals/withdraw-narrowing";
import { grantStanding, GrantStandingInput } from "@/lib/standing/grant";

export const decide = action(DecideApprovalInput, decideApproval);
export const cancel = action(CancelApprovalInput, cancelApproval);
export const narrow = action(NarrowApprovalInput, narrowApproval);
export const withdraw = action(WithdrawNarrowingInput, withdrawNarrowing);
export const decideTogether = action(DecideBatchInput, decideBatch);
export const rejectMore = action(RejectAlikeInput, rejectAlike);
export const letStand = action(GrantStandingInput, grantStanding);
