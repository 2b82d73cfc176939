import type { Tx } from "@/db/tenant";
import { type Candidate, candidatesAt } from "@/lib/approvals/candidates";
import { organization } from "@/db/schema/organization";
import type { DocumentProblem } from "@/lib/governance/checks";
import type { DocumentPlace } from "@/lib/governance/place";
import { toolGlob } from "@/lib/policies/glob";
import type { ApprovalRule, ApprovalsContent, PolicyAsk } from "./content";
import { type Unfilled, unfilled } from "./fill";
import { type Group, groupsOf } from "./groups";
import { lockApprovers } from "./lock";
import { type NamedLayer, otherLayers } from "./layers";
import { stagesOf } from "./plan";
import { countWords } from "./words";

/** So many pairs of rules are looked at together; each takes some microseconds. */
const mostPairs = 50_000;

type AskRule = ApprovalRule & { answer: PolicyAsk };
/** A rule of another document, which may be asked together with one of this. */
type Other = { rule: AskRule; from: NamedLayer };

/**
 * Whether the people who are here could satisfy each rule of an approval policy that is to be published, for every agent that it
 * covers: its owner, and who made its keys, do not count. What a workspace asks comes on top of what the organization asks, so
 * both are looked at together, whichever of them is published. And whether everybody whom it names could decide at all.
 */
export async function checkApprovals(tx: Tx, place: DocumentPlace, content: ApprovalsContent): Promise<DocumentProblem[]> {
  const [org] = await tx.select({ id: organization.id }).from(organization);
  if (org) await lockApprovers(tx, org.id);
  const known: Known = new Map();
  const problems = await unsatisfied(tx, place, content, known);
  const anybody = [...known.values()].flat();
  return [...problems, ...content.rules.flatMap((rule, at) => [...toolProblems(rule, at), ...(isAsking(rule) ? namedProblems(rule, at, anybody) : [])])];
}

/** What no tool can be called: a rule about it alone never holds, and one that denies would deny nothing. */
function toolProblems({ name, match }: ApprovalRule, at: number): DocumentProblem[] {
  const strange = (match.tools ?? []).filter((tool) => !toolGlob.safeParse(tool).success);
  return strange.map((tool) => ({ path: `rules.${at}.match.tools`, message: `"${name}" is about ${tool}, which no tool can be called: names have lower-case letters, digits, . : / _ - and * only.` }));
}

type Known = Map<string | null, Candidate[]>;

/** The rules that nobody could satisfy as things stand, one problem each. */
export async function unsatisfied(tx: Tx, place: DocumentPlace, content: ApprovalsContent, known: Known = new Map()): Promise<DocumentProblem[]> {
  const others = (await otherLayers(tx, place)).flatMap((from): Other[] => (from.content?.rules ?? []).filter(isAsking).map((rule) => ({ rule, from })));
  // Many rules are about the same agents, which need to be looked up once.
  const covered = new Map<string, Group[]>();
  const problems: DocumentProblem[] = [];
  let pairs = 0;
  for (const [at, rule] of content.rules.entries()) {
    if (!isAsking(rule)) continue;
    const { kinds, tools, workspaceIds, agentIds } = rule.match;
    const about = JSON.stringify([kinds, tools === null, workspaceIds, agentIds]);
    const groups = covered.get(about) ?? (await groupsOf(tx, place, rule));
    covered.set(about, groups);
    for (const { workspaceId } of groups) if (!known.has(workspaceId)) known.set(workspaceId, await candidatesAt(tx, workspaceId));
    const met = others.filter((other) => mayMeet(other.rule, rule));
    pairs += met.length * groups.length;
    if (pairs > mostPairs) return [...problems, { path: `rules.${at}`, message: "So many rules of the organization and of its workspaces could meet here that they cannot be looked at together. Use fewer." }];
    const found = groups.flatMap((group) => lacking(rule, met, group, known.get(group.workspaceId) ?? []) ?? []);
    const [first] = found;
    if (first) problems.push({ path: `rules.${at}`, message: found.length === 1 ? first : `${first} The same holds for ${found.length - 1} more owners or workspaces.` });
  }
  return problems;
}

function isAsking(rule: ApprovalRule): rule is AskRule {
  return rule.answer.kind === "ask";
}

/** What a rule lacks there, alone or together with one of another document, in a sentence; null: nothing. */
function lacking(rule: AskRule, others: readonly Other[], group: Group, candidates: readonly Candidate[]): string | null {
  const alone = missing([rule], group, candidates);
  if (alone) return `Nobody could ever satisfy it. ${alone}`;
  for (const { rule: other, from } of others) {
    const isHere = from.scopeType === "organization" || from.scopeId === group.workspaceId;
    // Where the other one lacks somebody by itself, that is not for this one to mend.
    if (!isHere || missing([other], group, candidates)) continue;
    const together = missing(from.scopeType === "organization" ? [other, rule] : [rule, other], group, candidates);
    if (together) return `Together with the ${from.scopeType === "organization" ? "organization's rule" : `rule of the workspace ${from.name}:`} "${other.name}" nobody could ever satisfy it. ${together}`;
  }
  return null;
}

/** What these rules, asked one after the other, lack for requests of a group; null: nothing. */
function missing(rules: readonly AskRule[], group: Group, candidates: readonly Candidate[]): string | null {
  const { ownerId, keyMakerId } = group;
  const ownerMay = rules.every(({ answer, match }) => answer.ownerMayDecide && match.riskAtLeast !== "CRITICAL");
  const isBarred = ({ accounts }: Candidate) => (ownerId !== null && accounts.includes(ownerId) ? !ownerMay : keyMakerId !== null && accounts.includes(keyMakerId));
  const takers = candidates.filter((one) => !isBarred(one));
  const stages = rules.flatMap(({ id, name, answer }) => stagesOf({ scopeType: "workspace", scopeId: "", version: 0, ruleId: id, ruleName: name }, answer));
  const found = unfilled(stages, takers, group);
  return found && lackWords(found, { group, candidates, several: stages.length > 1, isBarred: !ownerMay });
}

function lackWords({ stage, takers }: Unfilled, { group, candidates, several, isBarred }: { group: Group; candidates: readonly Candidate[]; several: boolean; isBarred: boolean }): string {
  const names = new Map(candidates.map(({ id, name }) => [id, name]));
  const needs = stage.anyOf.map((way) => countWords(way, names)).join("; or ");
  const have = takers.length === 0 ? "nobody can" : `only ${takers.map(({ name }) => name).join(", ")} can${several ? ", and everybody counts once in a request" : ""}`;
  const whose = group.ofPerson ? " where a person asks for more money" : group.ownerId && isBarred ? ` for agents of ${group.ownerName}, who does not count` : "";
  return `The stage "${stage.name}" asks ${needs}, and in ${group.workspaceName} ${have}${whose}.`;
}

/** Two rules that can be about the same request, as far as that can be told. */
function mayMeet(one: ApprovalRule, other: ApprovalRule): boolean {
  const apart = <T>(a: readonly T[] | null, b: readonly T[] | null) => a !== null && b !== null && !a.some((each) => b.includes(each));
  const literal = (tools: readonly string[] | null) => (tools?.every((tool) => !tool.includes("*")) ? tools : null);
  return !apart(one.match.kinds, other.match.kinds) && !apart(one.match.agentIds, other.match.agentIds) && !apart(literal(one.match.tools), literal(other.match.tools));
}

/** People whom a rule names, and who could not decide anyway: they left, are locked, or hold no role that decides. */
function namedProblems(rule: AskRule, at: number, candidates: readonly Candidate[]): DocumentProblem[] {
  const { stages, escalations, breakGlass } = rule.answer;
  const people = [...stages.flatMap(({ anyOf }) => anyOf.flatMap((way) => way.people)), ...escalations.flatMap((later) => later.people)];
  const named = [...people.flatMap((one) => (one.kind === "person" ? [one.personId] : [])), ...breakGlass];
  const lost = [...new Set(named)].filter((id) => !candidates.some((one) => one.id === id));
  return lost.map((id) => ({ path: `rules.${at}`, message: `It names somebody who could not decide there: they are not active, are locked, or hold no role that decides requests (${id}).` }));
}
