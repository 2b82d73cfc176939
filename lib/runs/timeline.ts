import type { RunStatus } from "@/db/schema/run";

/** What the audit stream has of a run, by position. */
export type RunEvent = { seq: number; action: string };

/** One step of a run's life. `waiting`: it goes on here; `ahead`: not reached; `skipped`: the run ended before it. */
export type RunStep = {
  id: "requested" | "decided" | "claimed" | "dispatched" | "started" | "stop" | "finished";
  title: string;
  state: "done" | "waiting" | "ahead" | "skipped" | "failed";
  at: Date | null;
  by: string | null;
  detail: string;
  /** The audit event that recorded it, for those who may see it. */
  auditSeq: number | null;
};

type Facts = {
  status: RunStatus;
  reason: string;
  createdAt: Date;
  dispatchedAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  killRequestedAt: Date | null;
  stoppedBy: string | null;
  agent: { name: string };
  action: { status: string; ruleMessage: string; grantUsedAt: Date | null; policyVersion: number };
  approval: { status: string; why: string; expiresAt: Date; decidedAt: Date | null; decidedBy: string | null; decisionReason: string | null } | null;
};

/** A run's life as steps, in order, from its rows; `events` tie them to the audit stream. */
export function timelineOf(facts: Facts, events: readonly RunEvent[]): RunStep[] {
  const seqOf = (...actions: string[]) => events.findLast((event) => actions.includes(event.action))?.seq ?? null;
  const over = facts.finishedAt !== null;
  const good = facts.status === "succeeded";
  const { approval, action } = facts;
  const open = (reached: boolean): RunStep["state"] => (reached ? "waiting" : over ? "skipped" : "ahead");
  const decided = approval === null || approval.status === "approved";

  const steps: RunStep[] = [
    { id: "requested", title: "Requested", state: "done", at: facts.createdAt, by: facts.agent.name, detail: "", auditSeq: seqOf("actions.decided") },
    approval
      ? {
          id: "decided",
          title: decisionTitle(approval.status),
          state: approval.status === "approved" ? "done" : approval.status === "pending" && !over ? "waiting" : "failed",
          at: approval.decidedAt,
          by: approval.decidedBy,
          detail: approval.decisionReason || approval.why,
          auditSeq: seqOf("approvals.decided", "approvals.expired", "approvals.cancelled"),
        }
      : { id: "decided", title: "Allowed by policy", state: "done", at: facts.createdAt, by: `Policy version ${action.policyVersion}`, detail: action.ruleMessage, auditSeq: seqOf("actions.decided") },
    {
      id: "claimed",
      title: action.grantUsedAt ? "Grant used" : "Waits for its turn",
      state: action.grantUsedAt ? "done" : open(decided && !over),
      at: action.grantUsedAt,
      by: null,
      detail: action.grantUsedAt
        ? approval
          ? "The approval was compared with the stored action once more, and used."
          : "The single-use grant was taken."
        : "Runs of one agent start in order, as many at a time as its policy says.",
      auditSeq: seqOf("actions.grant_used"),
    },
    {
      id: "dispatched",
      title: facts.dispatchedAt ? "Handed to the sandbox runner" : facts.status === "waiting_for_runner" ? "Waits for a sandbox runner" : "Hand over to the sandbox runner",
      state: facts.dispatchedAt ? "done" : open(action.grantUsedAt !== null && !over),
      at: facts.dispatchedAt,
      by: null,
      detail: facts.dispatchedAt ? "Signed, for this run only." : facts.status === "waiting_for_runner" ? facts.reason : "",
      auditSeq: seqOf("runs.dispatched"),
    },
    {
      id: "started",
      title: facts.startedAt ? "Program started" : "Program starts",
      state: facts.startedAt ? "done" : open(facts.dispatchedAt !== null && !over),
      at: facts.startedAt,
      by: null,
      detail: facts.startedAt || over ? "" : "The sandbox is being made, or the program has not written anything yet.",
      auditSeq: null,
    },
  ];
  if (facts.killRequestedAt) {
    steps.push({
      id: "stop", title: "Stop asked for", state: "done", at: facts.killRequestedAt, by: facts.stoppedBy,
      detail: over ? "" : "The runner ends the sandbox within seconds.", auditSeq: seqOf("runs.kill_requested"),
    });
  }
  steps.push({
    id: "finished",
    title: over ? endTitle(facts.status) : "Finished",
    state: over ? (good ? "done" : "failed") : open(facts.startedAt !== null),
    at: facts.finishedAt,
    by: null,
    detail: over ? facts.reason : "",
    auditSeq: seqOf("runs.finished"),
  });
  return steps;
}

function decisionTitle(status: string): string {
  const titles: Record<string, string> = {
    pending: "Waits for a person's approval",
    approved: "Approved",
    rejected: "Rejected",
    expired: "Nobody decided in time",
    cancelled: "Approval cancelled",
  };
  return titles[status] ?? status;
}

/** How a run ended, as a heading. */
export function endTitle(status: RunStatus): string {
  const titles: Partial<Record<RunStatus, string>> = {
    succeeded: "Succeeded",
    failed: "Program failed",
    timed_out: "Time limit reached",
    out_of_memory: "Memory limit reached",
    output_limit: "Output limit reached",
    disk_limit: "Disk limit reached",
    killed: "Stopped",
    refused: "Refused",
    cancelled: "Cancelled",
    lost: "Lost",
  };
  return titles[status] ?? "Finished";
}
