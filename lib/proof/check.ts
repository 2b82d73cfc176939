import { createHash } from "node:crypto";
import { type AuditBody, parseBody } from "@/lib/audit/file/body";
import type { BundledDigest, ProofBundle } from "./bundle";
import { checkAssertion } from "./check-assertion";
import { digestOf, sha256 } from "./digest";
import type { Finding, Link } from "./link";

export type Read = { seq: number; body: AuditBody };

/** Given from elsewhere where the bundle keeps them back: the arguments as text. */
type Options = { arguments?: string | undefined };

/**
 * Follows one request from event to event: what was asked, who decided and by what proof, that the one grant was used once and
 * after that, and what came of it, all with the same digest. Needs nothing but the bundle.
 */
export async function checkChain(bundle: ProofBundle, { arguments: given }: Options = {}): Promise<Link[]> {
  const events = bundle.events.flatMap(({ seq, body }): Read[] => {
    const read = parseBody(body);
    return read ? [{ seq, body: read }] : [];
  });
  const decisions = events.filter(({ body }) => body.action === "approvals.decided" && body.resource.id === bundle.approval.id);
  const last = decisions.at(-1);
  const links = [checkRequest(bundle, events, given)];
  for (const decision of decisions) links.push(await checkDecision(bundle, decision, events));
  if (decisions.length === 0) links.push({ id: "decision", title: "Decision", says: "Nobody has decided it.", at: null, seq: null, findings: [] });
  if (bundle.action && bundle.approval.kind === "action") links.push(checkGrant(bundle, events, last), checkOutcome(bundle, events));
  return links;
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const ofAction = (events: readonly Read[], { action, run }: ProofBundle, names: readonly string[]) =>
  events.filter(({ body }) => names.includes(body.action) && (body.resource.id === action || body.resource.id === run));
const digestIs = (event: Read, digest: string | null): Finding => ({ what: `The event has the digest ${digest ?? "?"}`, ok: digest !== null && text(event.body.details.digest) === digest });
const before = (first: Read, second: Read): boolean => first.seq < second.seq && first.body.time <= second.body.time;

/** What the people who decided were shown: the digest of the request as it was in the end. */
function decidedDigest(bundle: ProofBundle): string | null {
  if (bundle.digest) return bundle.digest.sha256;
  const asked = bundle.events.map(({ body }) => parseBody(body)).find((body) => body?.action === "approvals.requested");
  return text(asked?.details.digest);
}

/** The digest under which it was asked, followed through what people narrowed, each step of which is an event. */
function narrowedTo(events: readonly Read[], from: string | null, end: number): string | null {
  let digest = from;
  for (const { seq, body } of events) {
    if (seq < end && digest !== null && body.action === "approvals.narrowing_accepted" && body.details.digestBefore === digest) digest = text(body.details.digest);
  }
  return digest;
}

function checkRequest(bundle: ProofBundle, events: readonly Read[], given: string | undefined): Link {
  const asked = events.filter(({ body }) => (bundle.approval.kind === "action" ? body.action === "actions.decided" && body.resource.id === bundle.action : body.action === "approvals.requested" && body.resource.id === bundle.approval.id));
  const [first] = asked;
  const digest = decidedDigest(bundle);
  const findings: Finding[] = [{ what: "There is one event in which it was asked", ok: asked.length === 1 }];
  if (first) {
    const end = narrowedTo(events, text(first.body.details.digest), Number.MAX_SAFE_INTEGER);
    findings.push({ what: digest === text(first.body.details.digest) ? `The event has the digest ${digest}` : `The event's digest leads to ${digest ?? "?"}, by what was narrowed`, ok: digest !== null && end === digest });
    if (bundle.approval.kind === "action") findings.push({ what: "The answer was that a person must decide, and names this request", ok: first.body.details.decision === "needs_approval" && first.body.approval?.id === bundle.approval.id });
  }
  if (bundle.digest) findings.push(...checkDigest(bundle.digest, given));
  const who = first ? `${first.body.actor.name} asked for ${first.body.resource.name}${text(first.body.details.message) ? `: ${text(first.body.details.message)}` : ""}` : "The event of the request is missing.";
  return { id: "request", title: "Request", says: who, at: first?.body.time ?? null, seq: first?.seq ?? null, findings };
}

function checkDigest({ sha256: expected, parts, arguments: args }: BundledDigest, given: string | undefined): Finding[] {
  const what = "The digest was computed again from its parts: agent, tool, operation, resource, arguments and policies";
  if (!args) return [{ what: "The digest was computed again from its parts", ok: digestOf(parts, null) === expected }];
  const known = args.text ?? given;
  if (known === undefined) return [{ what, ok: null, why: `${args.why ?? "The arguments are not in the bundle."} Whoever has them can check the rest: their SHA-256 is ${args.sha256}.` }];
  return [
    { what: "The arguments have the SHA-256 that the bundle says", ok: sha256(known) === args.sha256 },
    { what, ok: digestOf(parts, known) === expected },
  ];
}

async function checkDecision(bundle: ProofBundle, event: Read, events: readonly Read[]): Promise<Link> {
  const { body } = event;
  const { details, actor } = body;
  const decision = text(details.decision) ?? "?";
  const digest = narrowedTo(events, text(events.find(({ body: each }) => each.action === "actions.decided" || each.action === "approvals.requested")?.body.details.digest), event.seq) ?? decidedDigest(bundle);
  const asked = events.find(({ body: each }) => each.action === "actions.decided" || each.action === "approvals.requested");
  const own = [details.requesterPersonId, details.keyMakerId].filter((id) => id !== null && id !== undefined);
  const findings: Finding[] = [
    { what: `What they saw has the digest ${digest ?? "?"}`, ok: digest !== null && text(details.digest) === digest },
    { what: "A person decided, after it was asked", ok: actor.kind === "person" && asked !== undefined && before(asked, event) },
    { what: "It is neither their own request, nor their agent's, nor did they make the key", ok: !own.includes(actor.id) },
    ...(await checkProof(bundle, shownBy(event, events), decision, text(details.digest) ?? "")),
  ];
  const reason = text(details.reason);
  const stages = typeof details.stages === "number" && details.stages > 1 ? ` (stage ${Number(details.stage) + 1} of ${details.stages})` : "";
  const alone = details.breakGlass === true ? " They broke the glass: the policy lets them decide alone, loudly." : "";
  return { id: "decision", title: `Decision of ${actor.name}`, says: `${actor.name} ${decision} it${stages}.${reason ? ` “${reason}”` : ""}${alone}`, at: body.time, seq: event.seq, findings };
}

/** The event in which who decided gave their proof: of what they offered narrowed, that of the offer, which is good once the agent accepts. */
function shownBy(event: Read, events: readonly Read[]): Read {
  const { narrowingId } = event.body.details;
  if (typeof narrowingId !== "string") return event;
  const offer = events.find(({ body }) => body.action === "approvals.narrowed" && body.details.narrowingId === narrowingId && body.actor.id === event.body.actor.id);
  return offer ?? event;
}

type SaidProof = { id?: unknown; method?: unknown; provedAt?: unknown; assertionSha256?: unknown; factor?: unknown };

async function checkProof(bundle: ProofBundle, { body }: Read, decision: string, digest: string): Promise<Finding[]> {
  const said = body.details.proof as SaidProof | null | undefined;
  const critical = body.details.risk === "CRITICAL";
  if (!said) return critical ? [{ what: "A CRITICAL request is decided with a fresh proof of who decides", ok: false }] : [{ what: "No fresh proof was asked for, since it is not CRITICAL; they were signed in", ok: body.actor.session !== undefined }];
  const [method, at] = [text(said.method) ?? "?", text(said.provedAt) ?? "?"];
  const hash = text(said.assertionSha256);
  if (hash === null) return [{ what: `They proved who they are for this decision by ${methods[method] ?? method} at ${at}, as the portal attests: only a security key leaves something that can be checked later`, ok: at <= body.time }];
  const assertion = bundle.assertions.find(({ proof }) => proof === said.id);
  if (!assertion) return [{ what: "The assertion of their security key is in the bundle", ok: false }];
  const expected = { organization: bundle.organization.id, person: body.actor.id, session: body.actor.session, verb: body.action === "approvals.narrowed" ? "approvals.narrow" : "approvals.decide", approval: bundle.approval.id, decision, digest, assertionSha256: hash };
  return [{ what: `They proved who they are by a security key at ${at}`, ok: at <= body.time }, ...(await checkAssertion(assertion, expected)), ...enrolled(bundle, said, assertion.publicKey)];
}

const methods: Record<string, string> = { totp: "an authenticator app", email: "a code by mail", sms: "a code by text message", recovery: "a recovery code", password: "their password", sign_in: "having come in just before" };

/** The event with which the key was added to its person's account, where it is in the bundle. */
function enrolled(bundle: ProofBundle, said: SaidProof, publicKey: string): Finding[] {
  const added = bundle.events.map(({ body }) => parseBody(body)).find((body) => body?.action === "people.factor_added" && body.details.factor === said.factor);
  const hash = sha256Bytes(Buffer.from(publicKey, "base64url"));
  const what = "The public key is the one that was added to their account";
  if (!added || added.details.publicKeySha256 === undefined) return [{ what, ok: null, why: "The event with which it was added is not in the bundle, or older than such events name keys." }];
  return [{ what: `${what} at ${added.time}`, ok: added.details.publicKeySha256 === hash && added.resource.id === bundleActor(bundle, said) }];
}

function bundleActor(bundle: ProofBundle, said: SaidProof): string | undefined {
  return bundle.events.map(({ body }) => parseBody(body)).find((body) => (body?.action === "approvals.decided" || body?.action === "approvals.narrowed") && (body.details.proof as SaidProof | null)?.id === said.id)?.actor.id;
}

function checkGrant(bundle: ProofBundle, events: readonly Read[], decided: Read | undefined): Link {
  const used = ofAction(events, bundle, ["actions.grant_used"]);
  const [first] = used;
  if (!first) return { id: "grant", title: "Grant", says: "The grant was not used.", at: null, seq: null, findings: [] };
  const digest = decidedDigest(bundle);
  const { approval, details } = first.body;
  return {
    id: "grant", title: "Grant", says: `The single-use grant was taken by ${first.body.actor.name}. Digest, policies, expiry and 'not yet used' were compared in the statement that marked it used.`, at: first.body.time, seq: first.seq,
    findings: [
      { what: "It was used once", ok: used.length === 1 },
      digestIs(first, digest),
      { what: "It names this request, and who decided it last", ok: approval?.id === bundle.approval.id && decided !== undefined && approval.by === decided.body.actor.id },
      { what: "It came after the decision, which was yes", ok: decided !== undefined && before(decided, first) && decided.body.details.decision === "approved" },
      { what: "The agent's policy was of the same version as when it was asked", ok: approval !== undefined && details.policyVersion === approval.policyVersion && approval.policyVersion === bundle.digest?.parts.policyVersion },
    ],
  };
}

function checkOutcome(bundle: ProofBundle, events: readonly Read[]): Link {
  const ended = ofAction(events, bundle, ["actions.completed", "runs.finished"]);
  const used = ofAction(events, bundle, ["actions.grant_used"])[0];
  const [first] = ended;
  if (!first) return { id: "outcome", title: "Outcome", says: "No outcome was reported.", at: null, seq: null, findings: [] };
  const { details, outcome, time } = first.body;
  const hashes = [["output", details.outputSha256], ["stdout", details.stdoutSha256], ["stderr", details.stderrSha256]].flatMap(([name, value]) => (typeof value === "string" ? [`${name as string} ${value}`] : []));
  const files = Array.isArray(details.files) ? details.files.length : 0;
  const left = hashes.length > 0 || files > 0 ? ` SHA-256 of what it gave: ${[...hashes, ...(files > 0 ? [`${files} file${files === 1 ? "" : "s"} in the event`] : [])].join(", ")}.` : " No hash of an output was reported.";
  return {
    id: "outcome", title: "Outcome", says: `It ended: ${text(details.status) ?? outcome}.${left}`, at: time, seq: first.seq,
    findings: [
      { what: "It was reported once", ok: ended.length === 1 },
      digestIs(first, decidedDigest(bundle)),
      { what: "It came after the grant was used, or nothing had begun", ok: used ? before(used, first) : first.body.action === "runs.finished" && outcome !== "success" },
    ],
  };
}

function sha256Bytes(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
