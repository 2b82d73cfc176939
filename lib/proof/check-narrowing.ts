import { type Case, digestAt, ofRequest } from "./case";
import { keptBack } from "./check-request";
import { digestOf, hashOfText } from "./digest";
import { isBefore, type Read, textOf } from "./event-body";
import type { Finding, Link } from "./link";
import { isRecord } from "./shape";

const answers: Record<string, string> = { "approvals.narrowing_accepted": "accepted", "approvals.narrowing_declined": "declined", "approvals.narrowing_withdrawn": "was taken back" };

/** Each offer of a person to approve less, and what the agent answered: only what it accepted by its digest holds. */
export function checkNarrowings(of: Case): Link[] {
  return ofRequest(of, ["approvals.narrowed"]).map((offer) => checkNarrowing(of, offer));
}

function checkNarrowing(of: Case, offer: Read): Link {
  const { details, actor, time } = offer.body;
  const [before, after] = [details.before, details.after].map((side) => (isRecord(side) ? side : {}));
  const answer = ofRequest(of, Object.keys(answers)).find(({ body }) => body.details.narrowingId === details.narrowingId);
  const findings: Finding[] = [
    { what: "A person offered it, for what the request was then", ok: actor.kind === "person" && of.asked !== undefined && isBefore(of.asked, offer) && textOf(before?.digest) === digestAt(of, offer.seq) },
    { what: "The amount did not grow", ok: Number(after?.amountMicros) <= Number(before?.amountMicros) },
  ];
  if (answer) {
    const { body } = answer;
    findings.push({ what: "The answer came after the offer, and names both digests", ok: isBefore(offer, answer) && sameOr(body.details.digestBefore, before?.digest) && sameOr(body.details.digest, after?.digest) });
    if (body.action === "approvals.narrowing_accepted") findings.push({ what: "The agent that asked accepted it itself", ok: body.actor.kind === "agent" && body.actor.id === of.asked?.body.actor.id }, ...checkBothDigests(of, after));
  }
  const became = answer ? `the agent's answer: ${answers[answer.body.action] ?? "?"}` : "the agent has not answered";
  return { id: "narrowing", title: `Offer of ${actor.name} to approve less`, says: `${actor.name} offered ${wordsOf(after)}; ${became}. “${textOf(details.reason) ?? ""}”`, at: time, seq: offer.seq, findings };
}

/** Events that give no digests say nothing else either. */
const sameOr = (said: unknown, expected: unknown) => said === undefined || said === expected;

/** The digest of what was accepted, and that of what was asked: the same parts without limits, with the arguments as they were. */
function checkBothDigests({ bundle: { digest }, asked }: Case, after: Record<string, unknown> | undefined): Finding[] {
  if (!digest?.arguments) return [{ what: "What both digests are of is in the bundle", ok: false }];
  const { limits, ...parts } = digest.parts;
  const limit = isRecord(limits) ? limits : {};
  const offered: Finding = { what: "The accepted digest is the one that was decided, with its limits of amount and time", ok: after?.digest === digest.sha256 && limit.amountMicros === after.amountMicros && (limit.seconds ?? null) === (after.seconds ?? null) };
  const original = digest.original ?? digest.arguments;
  const what = "The digest under which it was asked was computed again, from the arguments as they were";
  if (original.text === undefined) return [offered, { what, ok: null, why: keptBack(original) }];
  const details: Record<string, unknown> = asked?.body.details ?? {};
  return [offered, { what, ok: digestOf(parts, original.text) === details.digest && hashOfText(original.text) === details.argumentsSha256 }];
}

function wordsOf(after: Record<string, unknown> | undefined): string {
  const edited = Array.isArray(after?.arguments) ? after.arguments.map(String) : [];
  const parts = [`at most ${String(after?.amountMicros)} micro-units of money`];
  if (typeof after?.seconds === "number") parts.push(`${after.seconds} s`);
  if (edited.length > 0) parts.push(`with ${edited.join(", ")} changed`);
  return parts.join(", ");
}
