import { approvalChoices } from "@/lib/approvals/choices";
import { cancelApproval } from "@/lib/approvals/cancel";
import { decideApproval } from "@/lib/approvals/decide";
import { escalateApprovals } from "@/lib/approvals/escalate";
import { expireApprovals } from "@/lib/approvals/expire";
import { listApprovals } from "@/lib/approvals/list";
import { loadApproval } from "@/lib/approvals/load";
import { pendingForMe } from "@/lib/approvals/pending-for-me";
import { archiveAudit } from "@/lib/audit/archive";
import { listArchives } from "@/lib/audit/archives/list";
import { openArchive } from "@/lib/audit/archives/open";
import { authorizeVerify } from "@/lib/audit/authorize-verify";
import { checkpoint } from "@/lib/audit/checkpoint";
import { exportAudit } from "@/lib/audit/export";
import { loadFacets } from "@/lib/audit/facets";
import { indexAudit } from "@/lib/audit/index-events";
import { loadEvent } from "@/lib/audit/load";
import { lastVerification, recordVerification } from "@/lib/audit/record-verification";
import { searchAudit } from "@/lib/audit/search";
import { auditStanding } from "@/lib/audit/standing";
import { checkpointUpTo, latestCheckpoint, nextCheckpoints, streamEvents, streamHead } from "@/lib/audit/stream";
import { verify, verifySteps } from "@/lib/audit/verify";
import { verifyNightly } from "@/lib/audit/verify-nightly";
import { deleteView } from "@/lib/audit/views/delete";
import { listViews } from "@/lib/audit/views/list";
import { saveView } from "@/lib/audit/views/save";
import { archiveBudget } from "@/lib/budgets/archive";
import { expireReservations } from "@/lib/budgets/expire-reservations";
import { exportDays } from "@/lib/budgets/export-days";
import { getBudgetRequest } from "@/lib/budgets/get-request";
import { listBudgets } from "@/lib/budgets/list";
import { loadBudget } from "@/lib/budgets/load";
import { requestRaise } from "@/lib/budgets/request-raise";
import { scopeChoices } from "@/lib/budgets/scope-choices";
import { setBudget } from "@/lib/budgets/set";
import { setPrice } from "@/lib/budgets/set-price";
import { tellThreshold } from "@/lib/budgets/tell-threshold";
import { overview } from "@/lib/home/overview";
import { recentSpend } from "@/lib/home/spend";
import { recentTroubles } from "@/lib/home/troubles";
import { systemStatus } from "@/lib/health/status";
import { myQueue } from "@/lib/home/my-queue";
import { tightBudgets } from "@/lib/home/tight-budgets";
import { type Attempt, lists, names, plain, whole } from "./attempt";

const agent = { caller: "agent" } as const;
const person = { caller: "person" } as const;
const everywhere = { on: "organization" } as const;
const anywhere = { on: "anywhere" } as const;

/** Approvals, budgets, the audit, and the home page that shows all of them. */
export const oversight: Record<string, Attempt> = {
  approvalChoices: lists(approvalChoices, ["approvals.view"], undefined, person),
  cancelApproval: names(cancelApproval, ["actions.cancel"], (p) => ({ id: p.approvalId }), { ...person, toAsk: "approvals.view" }),
  decideApproval: names(decideApproval, ["approvals.decide"], (p) => ({ id: p.approvalId, digest: p.pending.digest, decision: "approved", reason: "" }), person),
  escalateApprovals: plain(escalateApprovals, "portal"),
  expireApprovals: plain(expireApprovals, "portal"),
  listApprovals: lists(listApprovals, ["approvals.view"], () => ({ view: "waiting", mine: false }), person),
  loadApproval: names(loadApproval, ["approvals.view"], (p) => ({ id: p.approvalId }), person),
  pendingForMe: plain(pendingForMe, "own", undefined, person),

  archiveBudget: names(archiveBudget, ["budgets.set"], (p) => ({ id: p.budgetId })),
  expireReservations: plain(expireReservations, "portal"),
  exportDays: names(exportDays, ["budgets.view"], (p) => ({ id: p.budgetId, window: p.windowId }), { ...person, read: (answer: Response) => answer.text() }),
  getBudgetRequest: names(getBudgetRequest, ["approvals.request"], (p) => ({ id: p.requestId }), agent),
  listBudgets: lists(listBudgets, ["budgets.view"], undefined, person),
  loadBudget: names(loadBudget, ["budgets.view"], (p) => ({ id: p.budgetId }), person),
  requestRaise: names(requestRaise, ["approvals.request"], (p) => ({ budgetId: p.budgetId, amountMicros: 1, reason: "more" }), person),
  scopeChoices: lists(scopeChoices, ["budgets.set"], undefined, person),
  setBudget: names(setBudget, ["budgets.set"], (p) => ({ scopeType: "project", scopeId: p.projectId, period: "day", timeZone: "UTC", capMicros: 1, hard: true, thresholds: [80] })),
  setPrice: plain(setPrice, ["budgets.set"], () => ({ secondMicros: 0 })),
  tellThreshold: names(tellThreshold, "portal", (p) => ({ windowId: p.windowId, threshold: 80 })),

  archiveAudit: plain(archiveAudit, "portal"),
  authorizeVerify: plain(authorizeVerify, ["audit.view"], undefined, person),
  auditStanding: plain(auditStanding, ["audit.view"]),
  checkpoint: plain(checkpoint, "portal"),
  deleteView: names(deleteView, "own", (p) => ({ id: p.viewId }), person),
  exportAudit: lists(exportAudit, ["audit.export"], () => ({ filter: {}, format: "jsonl" }), {
    ...person, ...everywhere, read: ({ chunks }: { chunks: AsyncIterable<unknown> }) => whole(chunks),
  }),
  indexAudit: plain(indexAudit, "portal"),
  lastVerification: plain(lastVerification, ["audit.view"]),
  latestCheckpoint: plain(latestCheckpoint, ["audit.view"]),
  listArchives: plain(listArchives, ["audit.view"]),
  listViews: plain(listViews, "own", undefined, person),
  loadEvent: plain(loadEvent, ["audit.view"], (p) => ({ seq: p.eventSeq }), { ...person, on: "workspace" }),
  loadFacets: lists(loadFacets, ["audit.view"], undefined, person),
  checkpointUpTo: plain(checkpointUpTo, ["audit.view"], () => 1),
  nextCheckpoints: plain(nextCheckpoints, ["audit.view"], () => 0),
  openArchive: names(openArchive, ["audit.export"], (_, w) => ({ id: w.archiveId }), { ...everywhere, read: ({ content }: { content: AsyncIterable<unknown> }) => whole(content) }),
  recordVerification: plain(recordVerification, ["audit.view"], () => ({ verifiedTo: 1, events: 1, checkpoints: 0, problem: null })),
  saveView: plain(saveView, ["audit.view"], () => ({ name: "mine", query: "" }), { ...person, ...anywhere, except: "auditor" }),
  searchAudit: lists(searchAudit, ["audit.view"], (p) => ({ filter: { workspace: [p.workspaceId] }, size: 200 }), person),
  streamEvents: lists(streamEvents, ["audit.view"], () => 0, { ...everywhere, read: whole }),
  streamHead: plain(streamHead, ["audit.view"]),
  verify: plain(verify, ["audit.view"]),
  verifyNightly: plain(verifyNightly, ["audit.view"], () => 1_000),
  verifySteps: plain(verifySteps, ["audit.view"], undefined, { read: whole }),

  myQueue: lists(myQueue, ["approvals.decide", "budgets.override"], () => ({ limit: 50 }), person),
  overview: plain(overview, ["agents.read"], undefined, { ...person, ...anywhere }),
  recentSpend: plain(recentSpend, "own", () => undefined, person),
  recentTroubles: plain(recentTroubles, "own", () => undefined, person),
  systemStatus: plain(systemStatus, ["platform.view"], undefined, person),
  tightBudgets: lists(tightBudgets, ["budgets.view"], () => ({ limit: 50 }), person),
};
