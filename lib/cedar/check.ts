import { log } from "@/lib/log";
import { boundsProblem, placeOf, policyStarts } from "./bounds";
import type { CompiledPolicy, PolicySource } from "./compiled";
import { compileText } from "./compile-text";
import type { CedarContent, PolicyTest } from "./content";
import { inThread, type ThreadFinding } from "./in-thread";
import { callOf, determine, readAnswer, sameDetermined } from "./oracle";
import type { Environment } from "./closures";
import { compilePolicies } from "./policies";
import type { PolicyJson } from "./policy-json";
import type { CedarProblem } from "./problem";
import { environmentOf, type Question } from "./question";
import { inOrder, namedPolicies, type ReadPolicy, rememberRead } from "./read-policies";
import { agentSchema } from "./schema";
import { evaluatePolicies } from "./evaluate";
import { testQuestion, trials } from "./trials";

/** Where a text is to hold. */
export type CheckedPlace = { scopeType: "organization" | "workspace"; scopeId: string };

/** One policy of a text as a list shows it. */
export type ListedPolicy = { id: string; effect: "permit" | "forbid"; message: string; annotations: Record<string, string>; principal: string; action: string; resource: string; text: string; line: number };

export type TestResult = { name: string; expect: PolicyTest["expect"]; found: PolicyTest["expect"]; rule: string; message: string; passed: boolean };

export type CedarReport = {
  /** Each of these refuses publishing. */
  problems: CedarProblem[];
  warnings: CedarProblem[];
  /** The same in Cedar's own layout; null when it cannot be read. */
  formatted: string | null;
  policies: ListedPolicy[];
  /** Empty as long as there are problems. */
  tests: TestResult[];
};

/**
 * Reads a text of policies, checks it against the schema and runs its tests. Whatever the text is, the portal goes on: it is
 * bounded first and read in a thread of its own, which is ended when it takes too long.
 * @throws AppError `rate_limited` when too many wait for their check.
 */
export async function checkPolicies(content: CedarContent, place: CheckedPlace): Promise<CedarReport> {
  const { text } = content;
  const beyond = boundsProblem(text);
  if (beyond) return nothing([beyond]);
  const questions = [...content.tests.map(({ request }) => testQuestion(request, place)), ...trials(text, place)];
  const environments = questions.flatMap(environmentIfAny);
  const finding = await inThread({ text, schema: agentSchema, calls: environments.map(callOf) });
  if (!finding) return nothing([{ message: "Checking this text took too long or more memory than there is; make it simpler.", ...firstPlace }]);
  const read = namedPolicies(inOrder(finding.policies ?? []));
  const places = policyStarts(text).map((index) => placeOf(text, index));
  const texts = inOrder(finding.texts ?? []);
  const report: CedarReport = {
    problems: said(text, finding.errors, read),
    warnings: said(text, finding.warnings, read),
    formatted: finding.formatted ?? null,
    policies: read.map((policy, at) => listed(policy, texts[at] ?? "", places[at]?.line ?? 1)),
    tests: [],
  };
  const compiled: CompiledPolicy[] = [];
  const source: PolicySource = { kind: "cedar", scopeType: place.scopeType, scopeId: place.scopeId, version: null };
  const ids = new Map<string, number>();
  read.forEach((policy, at) => {
    const problem = (message: string) => report.problems.push({ message, ...(places[at] ?? firstPlace), policyId: policy.id });
    const twin = ids.get(policy.id);
    if (twin !== undefined) problem(`The policy in line ${places[twin]?.line ?? 1} is called ${policy.id} too.`);
    ids.set(policy.id, at);
    if (!/^[A-Za-z0-9_.-]{1,80}$/.test(policy.id)) problem("@id may have letters, digits, _ . and - only, at most 80.");
    if ((policy.policy.annotations?.message ?? "").length > 500) problem("@message may be at most 500 characters.");
    try {
      compiled.push(compileText(policy, source));
    } catch (error) {
      problem(`This policy has a form that is not used here: ${error instanceof Error ? error.message : "unknown"}.`);
    }
  });
  if (report.problems.length > 0) return report;
  if (!(finding.answers ?? []).every((answer, at) => agrees(compiled, environments[at], answer))) {
    log.error({ scopeId: place.scopeId }, "a text of policies is not evaluated as Cedar does");
    return { ...report, problems: [{ message: "These policies cannot be evaluated for certain. Write them another way, and report this.", ...firstPlace }] };
  }
  rememberRead(text, read);
  return { ...report, tests: run(content, place) };
}

const firstPlace = { line: 1, column: 1 };

function nothing(problems: CedarProblem[]): CedarReport {
  return { problems, warnings: [], formatted: null, policies: [], tests: [] };
}

/** What Cedar says, each place once: the same fault is found for every action that a policy is about. */
function said(text: string, found: ThreadFinding["errors"], policies: readonly ReadPolicy[]): CedarProblem[] {
  const bytes = Buffer.from(text);
  const problems = new Map<string, CedarProblem>();
  for (const { policyId, error } of found) {
    const [at] = error.sourceLocations ?? [];
    // Cedar counts bytes of UTF-8.
    const place = placeOf(text, bytes.subarray(0, at?.start ?? 0).toString().length);
    const policy = policyId === null ? undefined : policies[Number(policyId.replace("policy", ""))];
    const words = [error.message.replace(/^for policy `policy\d+`, /, "").replace(/^failed to parse policies from string: /, ""), at?.label, error.help].filter(Boolean).join("; ");
    const key = `${place.line} ${place.column}`;
    if (!problems.has(key)) problems.set(key, { message: words.slice(0, 1_000), ...place, ...(policy ? { policyId: policy.id } : {}) });
  }
  return [...problems.values()].slice(0, 100);
}

function listed({ id, policy }: ReadPolicy, text: string, line: number): ListedPolicy {
  const { effect, annotations = {} } = policy;
  return { id, effect, message: annotations.message ?? "", annotations, principal: scopeText("principal", policy.principal), action: scopeText("action", policy.action), resource: scopeText("resource", policy.resource), text, line };
}

/** A part of the scope as it is written, such as `action in Countersign::Action::"file"`. */
function scopeText(name: string, constraint: PolicyJson["principal"] | PolicyJson["action"]): string {
  if (constraint.op === "All") return name;
  if ("slot" in constraint) return `${name} ${constraint.op} ${constraint.slot}`;
  if (constraint.op === "is") return `${name} is ${constraint.entity_type}${constraint.in && "entity" in constraint.in ? ` in ${entityText(constraint.in.entity)}` : ""}`;
  if ("entities" in constraint) return `${name} in [${constraint.entities.map(entityText).join(", ")}]`;
  return `${name} ${constraint.op} ${entityText(constraint.entity)}`;
}

function entityText(json: { __entity: { type: string; id: string } } | { type: string; id: string }): string {
  const { type, id } = "__entity" in json ? json.__entity : json;
  return `${type}::${JSON.stringify(id)}`;
}

/** None for what would be refused before any policy is asked, such as a path without end. */
function environmentIfAny(question: Question): Environment[] {
  try {
    return [environmentOf(question)];
  } catch {
    return [];
  }
}

function agrees(compiled: readonly CompiledPolicy[], environment: Environment | undefined, answer: Parameters<typeof readAnswer>[0]): boolean {
  if (!environment) return false;
  const cedars = readAnswer(answer);
  // Cedar numbers them by their place in the text.
  return sameDetermined(determine(compiled, environment), cedars);
}

const outcomes = { allow: "allow", needs_approval: "approval", deny: "deny" } as const;

function run(content: CedarContent, place: CheckedPlace): TestResult[] {
  const policies = compilePolicies([{ kind: "cedar", scopeType: place.scopeType, scopeId: place.scopeId, version: null, text: content.text }]);
  return content.tests.map(({ name, request, expect }) => {
    const { outcome, rule, message } = evaluatePolicies(policies, testQuestion(request, place));
    const found = outcomes[outcome];
    return { name, expect, found, rule, message, passed: found === expect };
  });
}
