import { leaseChoices } from "@/lib/leases/choices";
import { getLeaseRequest } from "@/lib/leases/get-request";
import { grantLease, GrantLeaseInput } from "@/lib/leases/grant";
import { listLeases } from "@/lib/leases/list";
import { loadLease } from "@/lib/leases/load";
import { requestLease, RequestLeaseInput } from "@/lib/leases/request";
import { revokeLease } from "@/lib/leases/revoke";
import { type Attempt, lists, names, plain } from "./attempt";

const person = { caller: "person" } as const;
const agent = { caller: "agent" } as const;
const scope = { tools: ["mail.send"], costEachMicros: 0, costTotalMicros: 0, reason: "A test" };

/** Temporary exceptions that agents show. */
export const leases: Record<string, Attempt> = {
  leaseChoices: lists(leaseChoices, ["approvals.decide"], undefined, { ...person, besides: "policies.update" }),
  grantLease: names(grantLease, ["approvals.decide"], (p) => GrantLeaseInput.parse({ agentId: p.agentId, ...scope }), { ...person, besides: "policies.update" }),
  listLeases: lists(listLeases, ["policies.view"], () => ({ ended: false }), person),
  loadLease: names(loadLease, ["policies.view"], (p) => ({ id: p.leaseId }), person),
  revokeLease: names(revokeLease, ["approvals.decide", "policies.update"], (p) => ({ id: p.leaseId, reason: "It is over" }), { ...person, toAsk: "approvals.decide" }),
  requestLease: plain(requestLease, ["approvals.request"], () => RequestLeaseInput.parse(scope), { ...agent, on: "workspace" }),
  getLeaseRequest: names(getLeaseRequest, ["approvals.request"], (p) => ({ id: p.leaseRequestId }), agent),
};
