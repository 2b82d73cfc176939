import { acceptNarrowing, declineNarrowing } from "@/lib/actions/answer-narrowing";
import { getNarrowing } from "@/lib/actions/get-narrowing";
import { decideBatch, rejectAlike } from "@/lib/approvals/batch";
import { compareAlike } from "@/lib/approvals/compare-alike";
import { decisionFigures } from "@/lib/approvals/figures";
import { noteLook } from "@/lib/approvals/note-look";
import { narrowApproval } from "@/lib/approvals/narrow";
import { listQueue } from "@/lib/approvals/queue";
import { withdrawNarrowing } from "@/lib/approvals/withdraw-narrowing";
import { endDelegation } from "@/lib/delegation/end";
import { giveDelegation } from "@/lib/delegation/give";
import { endAway } from "@/lib/presence/end-away";
import { loadPresence, presenceOf } from "@/lib/presence/load";
import { setAway } from "@/lib/presence/set-away";
import { grantStanding } from "@/lib/standing/grant";
import { listStandings, loadStanding } from "@/lib/standing/list";
import { revokeStanding } from "@/lib/standing/revoke";
import { type Attempt, lists, names, plain } from "./attempt";

const agent = { caller: "agent" } as const;
const person = { caller: "person" } as const;
const lastDay = new Date(Date.now() + 172_800_000).toISOString().slice(0, 10);

/** What is done in the queue beyond a plain decision: several at once, narrower yeses, and those that stand. */
export const queue: Record<string, Attempt> = {
  decideBatch: names(decideBatch, ["approvals.decide"], (p) => ({ items: [{ id: p.approvalId, digest: p.pending.digest }], decision: "rejected", reason: "no" }), person),
  rejectAlike: names(rejectAlike, ["approvals.decide"], (p) => ({ id: p.approvalId, reason: "no", upTo: new Date() }), person),
  listQueue: lists(listQueue, ["approvals.view"], () => ({ view: "waiting", mine: false }), person),
  compareAlike: lists(compareAlike, ["approvals.view"], (p) => ({ ids: [p.approvalId] }), person),
  noteLook: names(noteLook, ["approvals.decide"], (p) => ({ id: p.approvalId }), person),
  decisionFigures: lists(decisionFigures, ["approvals.view"], undefined, person),
  grantStanding: names(
    grantStanding,
    ["approvals.decide"],
    (p) => ({ id: p.approvalId, digest: p.pending.digest, reason: "daily", arguments: { to: { same: true }, text: { glob: "*" } }, resource: null, days: 1, usesMost: 1, costEachMicros: 1_000, costTotalMicros: 1_000 }),
    person,
  ),
  listStandings: lists(listStandings, ["approvals.view"], () => ({}), person),
  loadStanding: names(loadStanding, ["approvals.view"], (p) => ({ id: p.standingId }), person),
  revokeStanding: names(revokeStanding, ["approvals.decide"], (p) => ({ id: p.standingId, reason: "" }), person),
  narrowApproval: names(narrowApproval, ["approvals.decide"], (p) => ({ id: p.approvalId, digest: p.pending.digest, reason: "less", amountMicros: 1, changes: [] }), person),
  withdrawNarrowing: names(withdrawNarrowing, ["approvals.decide"], (p) => ({ id: p.narrowed.approvalId }), person),
  getNarrowing: names(getNarrowing, ["actions.view"], (p) => ({ id: p.narrowed.id }), agent),
  acceptNarrowing: names(acceptNarrowing, ["actions.submit"], (p) => ({ id: p.narrowed.id, digest: p.narrowed.digest }), agent),
  declineNarrowing: names(declineNarrowing, ["actions.submit"], (p) => ({ id: p.narrowed.id, digest: p.narrowed.digest, reason: "no" }), agent),

  setAway: plain(setAway, "own", () => ({ kind: "away", firstDay: null, lastDay, note: "" }), person),
  endAway: names(endAway, ["settings.update"], (p) => ({ id: p.absenceId }), { ...person, on: "organization" }),
  giveDelegation: names(
    giveDelegation,
    ["approvals.decide", "budgets.override"],
    (p, w) => ({ toPersonId: w.admin.actor.id, workspaceId: p.workspaceId, firstDay: null, lastDay, reason: "On leave" }),
    person,
  ),
  endDelegation: names(endDelegation, ["settings.update"], (p) => ({ id: p.delegationId }), { ...person, on: "organization" }),
  loadPresence: plain(loadPresence, "own", undefined, person),
  presenceOf: names(presenceOf, ["settings.update"], (p) => ({ personId: p.member.actor.id }), { ...person, on: "organization" }),
};
