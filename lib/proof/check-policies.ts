import type { BundledPolicy, BundledStage } from "./bundle";
import { canonicalJson } from "./canonical";
import type { Case } from "./case";
import { keptBack } from "./check-request";
import { hashOfText } from "./digest";
import type { Finding, Link } from "./link";
import { isRecord, parseJson } from "./shape";

/** Under which policies it was asked, each with its version and text, and who had to agree by them. */
export function checkPolicies(of: Case): Link[] {
  const { policies, digest } = of.bundle;
  if (!policies) return [];
  const lines = namedIn(of);
  const findings: Finding[] = [];
  if (lines && of.bundle.approval.kind === "action") findings.push({ what: "The policies that the event names have the SHA-256 that the digest holds", ok: hashOfText(lines.join("\n")) === digest?.parts.policies });
  if (lines) findings.push({ what: "Each of them is in the bundle, in that version", ok: lines.every((line) => line.startsWith("parent ") || policies.some((policy) => lineOf(policy) === line)) });
  findings.push(...policies.flatMap((policy) => checkPolicy(of, policy, lines ?? [])), ...checkPlan(of));
  if (findings.length === 0) return [];
  const named = policies.map(nameOf);
  return [{ id: "policies", title: "Policies in force", says: named.length > 0 ? `Asked under ${named.join(", ")}. Their texts are in the bundle.` : "Asked under no document; one person who may decide is asked.", at: of.asked?.body.time ?? null, seq: of.asked?.seq ?? null, findings }];
}

const kindWords: Record<string, string> = { agent: "policy", approvals: "approval policy", capabilities: "capability grid", cedar: "Cedar policies", classification: "risk rules", egress: "network rules" };

function nameOf({ kind, scopeType, version }: BundledPolicy): string {
  return `the ${scopeType}'s ${kindWords[kind] ?? kind}, version ${version}`;
}

/** The lines that say which documents were in force: in the event of an action, in the digest's parts of a child agent. */
function namedIn({ bundle, asked }: Case): string[] | null {
  if (bundle.approval.kind === "spawn") return typeof bundle.digest?.parts.policies === "string" ? bundle.digest.parts.policies.split("\n").filter(Boolean) : null;
  const marks = asked?.body.details.policyMarks;
  return Array.isArray(marks) ? marks.map(String) : null;
}

function lineOf({ kind, scopeType, scopeId, version, sha256 }: BundledPolicy): string {
  return `${kind} ${scopeType} ${scopeId} ${version} ${sha256}`;
}

function checkPolicy({ bundle, events, asked }: Case, policy: BundledPolicy, lines: readonly string[]): Finding[] {
  const { kind, scopeId, version, sha256, text } = policy;
  const name = nameOf(policy);
  const findings: Finding[] = [text === undefined ? { what: `The text of ${name}`, ok: null, why: keptBack(policy) } : { what: `The text of ${name} has the SHA-256 that is said of it`, ok: hashOfText(text) === sha256 }];
  if (lines.includes(lineOf(policy))) return findings;
  if (kind === "agent") {
    const written = events.find(({ body }) => body.resource.id === scopeId && (body.details.version ?? 1) === version && typeof body.details.policySha256 === "string");
    findings.push({ what: written ? `It is the version that the digest names, and the one of event ${written.seq}` : "It is the version that the digest names; that it says this is the portal's word", ok: version === bundle.digest?.parts.policyVersion && (!written || written.body.details.policySha256 === sha256) });
    return findings;
  }
  const published = events.find(({ body }) => body.action === "policies.published" && body.resource.id === scopeId && body.details.kind === kind && body.details.version === version);
  if (published) findings.push({ what: `It was published by ${published.body.actor.name} before it was asked: ${name} (event ${published.seq})`, ok: published.body.details.hash === sha256 && asked !== undefined && published.seq < asked.seq });
  else findings.push({ what: `It was published before it was asked: ${name}`, ok: null, why: "The event is not in the bundle." });
  return findings;
}

/** Who had to agree is what the policy's text says, rule by rule, and those are the rules that the event names. */
function checkPlan({ bundle: { plan, policies }, asked }: Case): Finding[] {
  if (!plan) return [];
  const findings = plan.stages.flatMap((stage, at): Finding[] => {
    const { source } = stage;
    if (!source) return [];
    const text = policies?.find(({ kind, scopeId, version }) => kind === "approvals" && scopeId === source.scopeId && version === source.version)?.text;
    const what = `Stage ${at + 1}, “${stage.name}”, is what rule ${source.ruleId} says`;
    if (text === undefined) return [{ what, ok: null, why: "The text of that version is not in the bundle." }];
    const before = plan.stages.slice(0, at).filter((one) => one.source?.scopeId === source.scopeId && one.source.ruleId === source.ruleId).length;
    return [{ what, ok: saysSo(text, stage, before) }];
  });
  const named = asked?.body.details.approvalPolicies;
  if (Array.isArray(named)) {
    const rules = named.flatMap((one: unknown) => (isRecord(one) ? [`${String(one.scopeId)} ${String(one.version)} ${String(one.ruleId)}`] : []));
    findings.push({ what: "The event of the request names the same rules", ok: plan.stages.every(({ source }) => !source || rules.includes(`${source.scopeId} ${source.version} ${source.ruleId}`)) });
  }
  return findings;
}

/** Whether the rule of a stage says this of its stage of that number. */
function saysSo(text: string, stage: BundledStage, at: number): boolean {
  const parsed = parseJson(text);
  const rules: unknown[] = isRecord(parsed) && Array.isArray(parsed.rules) ? parsed.rules : [];
  const rule = rules.filter(isRecord).find(({ id }) => id === stage.source?.ruleId);
  const answer = isRecord(rule?.answer) && rule.answer.kind === "ask" ? rule.answer : {};
  const said: unknown = Array.isArray(answer.stages) ? answer.stages[at] : undefined;
  if (!isRecord(said)) return false;
  const anyOf = stage.anyOf.map(({ count, people }) => ({ count, people: people.map(({ heldBy: _held, ...one }) => one) }));
  const { name, rejections, reasonPattern, delegation, breakGlass } = stage;
  const fromText = [said.name, said.anyOf, said.rejections, answer.reasonPattern, answer.delegation, answer.breakGlass];
  return canonicalJson([name, anyOf, rejections, reasonPattern, delegation, breakGlass]) === canonicalJson(fromText);
}
