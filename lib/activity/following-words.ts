import type { AuditBody } from "@/lib/audit/file/body";
import { duration, read, spent, type Told, who } from "./read";
import { say, type Sentence } from "./say";
import type { whatFollows } from "./story-events";
import { programWords } from "./task-words";

/** What became of what an agent asked for. */
export const followingWords: Record<(typeof whatFollows)[number], (body: AuditBody, told: Told) => Sentence> = {
  "actions.cancelled": (e, told) => (e.actor.id === told.agentId ? ["Gave it up before it began"] : say`${who(e)} cancelled it before it began`),
  "actions.completed": (e) => say`${[read(e, "status") === "succeeded" ? "Says that it is done" : "Says that it failed"]}${costWords(e, "actualCostMicros")}`,
  "actions.grant_used": (e) => [e.details.runId ? "Its turn came; what was allowed was compared once more" : "Began; what was allowed was compared once more"],
  "approvals.cancelled": (e) => [read(e, "because") === "its run ended" ? "Nobody is asked any longer: its run has ended" : "The request was withdrawn"],
  "approvals.decided": decided,
  "approvals.escalated": (e) => [`Nobody had decided${typeof e.details.afterSeconds === "number" ? ` after ${duration(e.details.afterSeconds * 1000)}` : ""}, so more people were asked`],
  "approvals.expired": () => ["Nobody decided in time, so it may not"],
  "approvals.glass_broken": (e) => say`${who(e)} broke the glass and decided alone: ${read(e, "reason")}`,
  "approvals.narrowed": (e) => say`${who(e)} offered less: ${read(e, "reason")}`,
  "approvals.narrowing_accepted": () => ["Accepted the smaller offer"],
  "approvals.narrowing_declined": (e) => say`Declined the smaller offer: ${read(e, "reason")}`,
  "approvals.narrowing_withdrawn": (e) => say`${who(e)} took the smaller offer back`,
  "leases.used": (e) => say`Used its lease, time ${read(e, "use")} of ${read(e, "maxUses")}`,
  "reservations.expired": (e) => say`Never said how it ended, so the ${spent(e, "amountMicros")} that were kept for it ${[e.details.charged === true || Number(e.details.charged) > 0 ? "were charged" : "were let go"]}`,
  "runner.callback_refused": (e) => say`A message about its run was not believed: ${read(e, "reason")}`,
  "runs.created": () => ["A sandbox was asked for"],
  "runs.dispatched": () => ["The program was handed to the sandbox"],
  "runs.file_read": (e) => say`${who(e)} read the file ${read(e, "file")} that it made`,
  "runs.finished": finished,
  "runs.kill_requested": (e) => say`${who(e)} asked to stop it: ${read(e, "reason")}`,
  "runs.waiting": (e) => say`Waits for a sandbox: ${read(e, "reason")}`,
};

function decided(e: AuditBody, { askedAt }: Told): Sentence {
  const did = read(e, "decision") === "approved" ? "approved it" : "said no";
  const after = askedAt ? ` after ${duration(Date.parse(e.time) - askedAt.getTime())}` : "";
  const reason = read(e, "reason");
  const others = e.details.leadsTo === "pending" ? "; others are asked too" : "";
  return say`${who(e)} ${[did + after + others]}${reason ? say`: ${reason}` : []}`;
}

function finished(e: AuditBody): Sentence {
  const wall = e.details.wallTimeMs;
  const ran = typeof wall === "number" ? ` for ${wall < 1000 ? "less than a second" : duration(wall)}` : "";
  const cost = costWords(e, "costMicros");
  if (read(e, "status") === "succeeded") return [`Ran ${programWords(e.resource.name)}${ran}`, ...cost];
  const ends: Record<string, string> = {
    cancelled: "Was cancelled before it began", killed: `Was stopped${ran && `, having run${ran}`}`, refused: "The sandbox refused it", lost: "The sandbox was lost, and its end is not known",
    timed_out: `Was ended at its time limit${ran && `, having run${ran}`}`,
  };
  const end = ends[read(e, "status")] ?? `Ran ${programWords(e.resource.name)}${ran}, which failed`;
  return say`${[end]}${cost}${read(e, "reason") ? say`: ${read(e, "reason")}` : []}`;
}

function costWords(e: AuditBody, name: string): Sentence {
  const cost = e.details[name];
  return typeof cost === "number" && Number.isSafeInteger(cost) && cost > 0 ? [", which cost ", { micros: cost }] : [];
}
