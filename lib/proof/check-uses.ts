import { type Case } from "./case";
import { checkStepUp } from "./check-step-up";
import { type Read, textOf } from "./event-body";
import type { Finding, Link } from "./link";

/** Every time that a lease let something pass, up to the export, within what it was issued for. */
export function checkLeaseUses(of: Case): Link[] {
  const issued = of.events.find(({ body }) => body.action === "leases.issued" && body.approval?.id === of.bundle.approval.id);
  if (!issued) return [];
  const { resource, details } = issued.body;
  const mine = of.events.filter(({ body }) => body.resource.id === resource.id);
  const uses = mine.filter(({ body }) => body.action === "leases.used");
  const revoked = mine.find(({ body }) => body.action === "leases.revoked");
  const spent = uses.reduce((sum, { body }) => sum + Number(body.details.costMicros), 0);
  const findings: Finding[] = [
    ...counted(uses.map(({ body }) => Number(body.details.use)), Number(details.maxUses)),
    { what: "Each is of this agent, after it was issued and before it ended", ok: uses.every((use) => use.body.details.agentId === details.agentId && use.seq > issued.seq && use.body.time <= String(details.expiresAt)) },
    { what: "Each cost at most what one may, and all together what all may", ok: uses.every(({ body }) => Number(body.details.costMicros) <= Number(details.costEachMicros)) && spent <= Number(details.costTotalMicros) },
    notAfter(uses, revoked),
    ...complete(of),
  ];
  const last = uses.at(-1);
  const ended = revoked ? ` It was revoked by ${revoked.body.actor.name} at ${revoked.body.time}: “${textOf(revoked.body.details.reason) ?? ""}”` : "";
  return [{ id: "uses", title: "Uses of the lease", says: `Used ${uses.length} of ${String(details.maxUses)} times until the export.${listed(uses)}${ended}`, at: last?.body.time ?? null, seq: last?.seq ?? null, findings }];
}

/** Each standing approval that was granted from this request, by whom and for what, and every action that it let go on. */
export function checkStandings(of: Case): Link[] {
  return of.events.filter(({ body }) => body.action === "standing.granted" && body.details.approvalId === of.bundle.approval.id).map((granted) => checkStanding(of, granted));
}

function checkStanding(of: Case, granted: Read): Link {
  const { resource, details, actor, time } = granted.body;
  const uses = of.events.filter(({ body }) => body.action === "actions.decided" && body.details.standingId === resource.id);
  const revoked = of.events.find(({ body }) => body.action === "standing.revoked" && body.resource.id === resource.id);
  const spent = uses.reduce((sum, { body }) => sum + Number(body.details.reservedMicros), 0);
  const owner = of.decisions.map(({ body }) => body.details.requesterPersonId).find((id) => typeof id === "string");
  const findings: Finding[] = [
    { what: "A person granted it, who saw what this request has the digest of", ok: actor.kind === "person" && actor.id !== owner && details.digest === textOf(of.asked?.body.details.digest) && of.asked !== undefined && of.asked.seq < granted.seq },
    ...checkStepUp(of.bundle, granted, { verb: "standing.grant", object: of.bundle.approval.id, forWhat: "granting one from this request" }),
    { what: "Each use names it, this request and who granted it, and was after it was granted and before it ended", ok: uses.every((use) => use.body.approval?.id === of.bundle.approval.id && use.body.approval.by === actor.id && use.seq > granted.seq && use.body.time <= String(details.validUntil)) },
    { what: "Each is of the same agent, tool, operation and policy version, not riskier, and none is CRITICAL", ok: uses.every(({ body }) => isLike(body.details, details)) },
    { what: `It was used at most ${String(details.usesMost)} times, and for no more money than it allows`, ok: uses.length <= Number(details.usesMost) && spent <= Number(details.costTotalMicros) && uses.every(({ body }) => Number(body.details.reservedMicros) <= Number(details.costEachMicros)) },
    notAfter(uses, revoked),
    ...complete(of),
  ];
  const ended = revoked ? ` ${revoked.body.actor.name} revoked it at ${revoked.body.time}.` : "";
  const says = `${actor.name} lets what is like it go on without asking, until ${String(details.validUntil)}: “${textOf(details.reason) ?? ""}” Used ${uses.length} of ${String(details.usesMost)} times until the export.${listed(uses)}${ended}`;
  return { id: "standing", title: `Standing approval ${resource.id}`, says, at: time, seq: granted.seq, findings };
}

const risks = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

function isLike(use: Record<string, unknown>, scope: Record<string, unknown>): boolean {
  const isSame = ["agentId", "tool", "operation", "policyVersion"].every((name) => use[name] === scope[name]);
  return isSame && use.risk !== "CRITICAL" && risks.includes(String(use.risk)) && risks.indexOf(String(use.risk)) <= risks.indexOf(String(scope.riskAtMost));
}

function counted(numbers: readonly number[], most: number): Finding[] {
  const isWhole = [...numbers].sort((one, other) => one - other).every((number, at) => number === at + 1);
  return [{ what: "The uses are counted from 1 without a gap, none twice, and no more than it allows", ok: isWhole && numbers.length <= most }];
}

function notAfter(uses: readonly Read[], revoked: Read | undefined): Finding {
  return { what: revoked ? `None came after it was revoked (event ${revoked.seq})` : "It was not revoked until the export", ok: !revoked || uses.every(({ seq }) => seq < revoked.seq) };
}

function complete({ bundle: { leftOut = 0 } }: Case): Finding[] {
  return leftOut === 0 ? [] : [{ what: "Every use until the export is in the bundle", ok: null, why: `${leftOut} more than fit; a complete export of the stream has them.` }];
}

function listed(uses: readonly Read[]): string {
  if (uses.length === 0) return "";
  const first = uses.slice(0, 10).map(({ seq, body }) => `${body.time} (event ${seq})`);
  return ` At ${first.join(", ")}${uses.length > first.length ? `, and ${uses.length - first.length} more` : ""}.`;
}
