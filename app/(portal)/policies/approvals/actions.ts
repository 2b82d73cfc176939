"use server";
import { action } from "@/lib/action";
import { tryApprovals, TryApprovalsInput } from "@/lib/approval-policies/try";

export const tryRules = action(TryApprovalsInput, tryApprovals);
