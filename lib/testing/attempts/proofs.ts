import { exportProof } from "@/lib/proof/export";
import { loadProof } from "@/lib/proof/load";
import { type Attempt, names } from "./attempt";

const person = { caller: "person" } as const;

/** What proves a request from its beginning to its end. */
export const proofs: Record<string, Attempt> = {
  exportProof: names(exportProof, ["audit.export"], (p) => ({ id: p.approvalId }), person),
  loadProof: names(loadProof, ["approvals.view"], (p) => ({ id: p.approvalId }), person),
};
