import { acceptNarrowing, declineNarrowing } from "@/lib/actions/answer-narrowing";
import { getNarrowing } from "@/lib/actions/get-narrowing";
import { narrowApproval } from "@/lib/approvals/narrow";
import { withdrawNarrowing } from "@/lib/approvals/withdraw-narrowing";
import { type Attempt, names } from "./attempt";

const agent = { caller: "agent" } as const;
const person = { caller: "person" } as const;

/** What is done in the queue beyond a plain decision: narrower yeses and what becomes of them. */
export const queue: Record<string, Attempt> = {
  narrowApproval: names(narrowApproval, ["approvals.decide"], (p) => ({ id: p.approvalId, digest: p.pending.digest, reason: "less", amountMicros: 1, changes: [] }), person),
  withdrawNarrowing: names(withdrawNarrowing, ["approvals.decide"], (p) => ({ id: p.narrowed.approvalId }), person),
  getNarrowing: names(getNarrowing, ["actions.view"], (p) => ({ id: p.narrowed.id }), agent),
  acceptNarrowing: names(acceptNarrowing, ["actions.submit"], (p) => ({ id: p.narrowed.id, digest: p.narrowed.digest }), agent),
  declineNarrowing: names(declineNarrowing, ["actions.submit"], (p) => ({ id: p.narrowed.id, digest: p.narrowed.digest, reason: "no" }), agent),
};
