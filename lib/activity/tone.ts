import type { AuditBody } from "@/lib/audit/file/body";

export type Tone = "plain" | "good" | "waiting" | "bad";

const good: readonly string[] = ["actions.completed", "runs.finished"];
const waiting: readonly string[] = ["approvals.requested", "approvals.narrowed", "approvals.escalated", "runs.waiting"];
const bad: readonly string[] = ["approvals.expired", "approvals.glass_broken", "locks.placed", "runs.kill_requested"];

/** How a step stands out; its words say the same. */
export function toneOf({ action, outcome, details }: AuditBody): Tone {
  if (outcome !== "success" || bad.includes(action)) return "bad";
  if (waiting.includes(action) || details.decision === "needs_approval") return "waiting";
  if (action === "approvals.decided") return details.decision === "approved" ? "good" : "bad";
  return good.includes(action) ? "good" : "plain";
}
