"use server";
import { action } from "@/lib/action";
import { cancelApproval, CancelApprovalInput } from "@/lib/approvals/cancel";
import { decideApproval, DecideApprovalInput } from "@/lib/approvals/decide";

export const decide = action(DecideApprovalInput, decideApproval);
export const cancel = action(CancelApprovalInput, cancelApproval);
