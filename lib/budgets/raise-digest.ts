import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { BudgetRequest } from "@/db/schema/action";

/** Who asks for more money. For an agent `requesterPersonId` is its owner. */
export type RaiseRequester = { requesterPersonId: string | null; requesterAgentId: string | null; keyMakerId: string | null };

/** What an approval of money is bound to: RFC 8785 form of who asks for how much in which window, and why. */
export function raiseDigest({ budgetId, windowId, amountMicros }: BudgetRequest, { requesterPersonId, requesterAgentId, keyMakerId }: RaiseRequester, reason: string): Buffer {
  const parts = { kind: "budget", budgetId, windowId, amountMicros, requesterPersonId, requesterAgentId, keyMakerId, reason };
  return createHash("sha256").update(canonicalize(parts) ?? "").digest();
}
