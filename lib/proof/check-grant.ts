import { type Case, hasDigest, ofAction } from "./case";
import { isBefore, textOf } from "./event-body";
import type { Link } from "./link";

/** That what was approved was let begin once, after the yes, and as it was approved. */
export function checkGrant(of: Case): Link {
  const { bundle, decided, digest } = of;
  const used = ofAction(of, ["actions.grant_used"]);
  const [first] = used;
  if (!first) return { id: "grant", title: "Grant", says: "The grant was not used.", at: null, seq: null, findings: [] };
  const { approval, details, actor, time } = first.body;
  return {
    id: "grant", title: "Grant", says: `The single-use grant was taken by ${actor.name}. Digest, policies, expiry and 'not yet used' were compared in the statement that marked it used.`, at: time, seq: first.seq,
    findings: [
      { what: "It was used once", ok: used.length === 1 },
      hasDigest(first, digest),
      { what: "It names this request, and who decided it last", ok: approval?.id === bundle.approval.id && decided !== undefined && approval.by === decided.body.actor.id },
      { what: "It came after the decision, which was yes", ok: decided !== undefined && isBefore(decided, first) && decided.body.details.decision === "approved" && (decided.body.details.leadsTo ?? "approved") === "approved" },
      { what: "The agent's policy was of the same version as when it was asked", ok: approval !== undefined && details.policyVersion === approval.policyVersion && approval.policyVersion === bundle.digest?.parts.policyVersion },
    ],
  };
}

/** What came of it, by the report of the agent or of the runner. */
export function checkOutcome(of: Case): Link {
  const ended = ofAction(of, ["actions.completed", "runs.finished"]);
  const [used] = ofAction(of, ["actions.grant_used"]);
  const [first] = ended;
  if (!first) return { id: "outcome", title: "Outcome", says: "No outcome was reported.", at: null, seq: null, findings: [] };
  const { details, outcome, time } = first.body;
  const hashes = [["output", details.outputSha256], ["stdout", details.stdoutSha256], ["stderr", details.stderrSha256]].flatMap(([name, value]) => (typeof value === "string" ? [`${String(name)} ${value}`] : []));
  const files = Array.isArray(details.files) ? details.files.length : 0;
  if (files > 0) hashes.push(`${files} file${files === 1 ? "" : "s"} in the event`);
  const left = hashes.length > 0 ? `SHA-256 of what it gave: ${hashes.join(", ")}.` : "No hash of an output was reported.";
  return {
    id: "outcome", title: "Outcome", says: `It ended: ${textOf(details.status) ?? outcome}. ${left}`, at: time, seq: first.seq,
    findings: [
      { what: "It was reported once", ok: ended.length === 1 },
      hasDigest(first, of.digest),
      { what: "It came after the grant was used, or nothing had begun", ok: used ? isBefore(used, first) : first.body.action === "runs.finished" && outcome !== "success" },
    ],
  };
}
