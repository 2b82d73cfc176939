import type { RecordedVerification } from "@/lib/audit/record-verification";
import { counted, lasting, type Part, part } from "./part";

/** Lag: of all organizations, the worst. `verification`: the last one of the reader's own organization. */
export type AuditReading = { events: number; lagEvents: number; lagSeconds: number; signed: boolean; verification: RecordedVerification | null };

/** A checkpoint is signed every minute. */
const lateSeconds = 180;
/** Every hash is computed anew each night. */
const unverifiedMs = 50 * 3_600_000;

export function judgeAudit({ events, lagEvents, lagSeconds, signed, verification }: AuditReading, now: number): Part {
  const base = { id: "audit", name: "Audit" } as const;
  const facts = [
    { term: "Events", value: events.toLocaleString("en-US") },
    { term: "Not signed yet", value: lagEvents === 0 ? "none" : `${counted(lagEvents, "event")}, the oldest ${lasting(lagSeconds)} old` },
    { term: "Last verified", value: verification ? `${lasting((now - verification.at.getTime()) / 1000)} ago by ${verification.by}, to event ${verification.verifiedTo.toLocaleString("en-US")}` : "never; the audit's page does it" },
  ];
  if (verification?.problem) {
    return part({
      ...base, facts, state: "down", says: `The stream is not intact: ${verification.problem.message}`,
      means: "What the audit says from there on proves nothing. Agents and people go on working, and their events are still chained.",
      act: "Do not restore or repair anything yet: keep a copy of the database, compare it with the newest export or archive, and find who had access to it.",
    });
  }
  if (!signed) {
    return part({
      ...base, facts, state: "attention", says: "There is no signing key: events are chained, but no checkpoint is signed.",
      means: "Somebody who can write to the database could make the whole chain anew without being noticed.",
      act: "Set AUDIT_PRIVATE_KEY_FILE; 'npm start' makes a key.",
    });
  }
  if (lagEvents > 0 && lagSeconds > lateSeconds) {
    return part({
      ...base, facts, state: "attention", says: `${counted(lagEvents, "event")} have waited ${lasting(lagSeconds)} for a signed checkpoint.`,
      means: "They are kept and chained; until they are signed, only this database vouches for them.",
      act: "Checkpoints are made by the job engine every minute: see whether it is well, then the portal's log for 'checkpoint'.",
    });
  }
  if (verification && now - verification.at.getTime() > unverifiedMs) {
    return part({
      ...base, facts, state: "attention", says: "Nobody has verified the stream for more than two days.",
      means: "A change of what was written before would not have been noticed since.",
      act: "It is verified every night by the job engine: see its log for 'verify-audit', or verify it on the audit's page.",
    });
  }
  return part({ ...base, facts, says: "Chained, and signed every minute." });
}
