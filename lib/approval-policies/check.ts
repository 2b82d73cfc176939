import { and, eq, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { type Candidate, candidatesAt } from "@/lib/approvals/candidates";
import type { DocumentProblem } from "@/lib/governance/checks";
import type { DocumentPlace } from "@/lib/governance/place";
import type { ApprovalRule, ApprovalsContent, PolicyAsk } from "./content";
import { unfilled } from "./fill";
import { approvalLayers } from "./layers";
import { stagesOf } from "./plan";
import { countWords } from "./words";

const mostGroups = 300;

type AskRule = ApprovalRule & { answer: PolicyAsk };
type Group = { workspaceId: string | null; workspaceName: string; ownerId: string | null; ownerName: string; keyMakerId: string | null; managerId: string | null };

/**
 * Whether the people who are here could satisfy each rule of an approval policy, for every agent that it covers: its owner, and
 * who made its keys, do not count. What a workspace asks comes on top of what the organization asks, so both are looked at together.
 */
export async function checkApprovals(tx: Tx, place: DocumentPlace, content: ApprovalsContent): Promise<DocumentProblem[]> {
  const above = place.workspaceId === null ? [] : ((await approvalLayers(tx, place.workspaceId)).find(({ scopeType }) => scopeType === "organization")?.content?.rules ?? []);
  const upper = above.filter(isAsking);
  const known = new Map<string | null, Candidate[]>();
  // Many rules are about the same agents, which need to be looked up once.
  const covered = new Map<string, Group[]>();
  const problems: DocumentProblem[] = [];
  for (const [at, rule] of content.rules.entries()) {
    if (!isAsking(rule)) continue;
    const about = JSON.stringify([rule.match.workspaceIds, rule.match.agentIds]);
    const groups = covered.get(about) ?? (await groupsOf(tx, place, rule));
    covered.set(about, groups);
    for (const { workspaceId } of groups) if (!known.has(workspaceId)) known.set(workspaceId, await candidatesAt(tx, workspaceId));
    const found = groups.flatMap((group) => lacking(rule, upper, group, known.get(group.workspaceId) ?? []) ?? []);
    const [first] = found;
    if (first) problems.push({ path: `rules.${at}`, message: found.length === 1 ? first : `${first} The same holds for ${found.length - 1} more owners or workspaces.` });
    problems.push(...namedProblems(rule, at, [...known.values()].flat()));
  }
  return problems;
}

function isAsking(rule: ApprovalRule): rule is AskRule {
  return rule.answer.kind === "ask";
}

/** What a rule lacks there, in a sentence; null: nothing. */
function lacking(rule: AskRule, upper: readonly AskRule[], group: Group, candidates: readonly Candidate[]): string | null {
  const barred = rule.answer.ownerMayDecide ? [] : [group.ownerId, group.keyMakerId].filter((id) => id !== null);
  const takers = candidates.filter(({ accounts }) => !barred.some((id) => accounts.includes(id)));
  const source = (of: AskRule) => ({ scopeType: "workspace" as const, scopeId: "", version: 0, ruleId: of.id, ruleName: of.name });
  const own = stagesOf(source(rule), rule.answer);
  const over = upper.find((other) => mayMeet(other, rule) && unfilled([...stagesOf(source(other), other.answer), ...own], takers, { kind: kindOf(rule), managerId: group.managerId }));
  const alone = unfilled(own, takers, { kind: kindOf(rule), managerId: group.managerId });
  const missing = alone ?? (over ? unfilled([...stagesOf(source(over), over.answer), ...own], takers, { kind: kindOf(rule), managerId: group.managerId }) : null);
  if (!missing) return null;
  const names = new Map(candidates.map(({ id, name }) => [id, name]));
  const needs = missing.stage.anyOf.map((way) => countWords(way, names)).join("; or ");
  const have = missing.takers.length === 0 ? "nobody can" : `only ${missing.takers.map(({ name }) => name).join(", ")} can${own.length + (over ? 1 : 0) > 1 ? ", and everybody counts once in a request" : ""}`;
  const whose = group.ownerId && barred.length > 0 ? ` for agents of ${group.ownerName}, who does not count` : "";
  const with_ = alone ? "" : ` Together with the organization's rule "${over?.name ?? ""}":`;
  return `"${rule.name}" could never be satisfied.${with_} The stage "${missing.stage.name}" asks ${needs}, and in ${group.workspaceName} ${have}${whose}.`;
}

/** Two rules that can be about the same request, as far as that can be told. */
function mayMeet(one: ApprovalRule, other: ApprovalRule): boolean {
  const apart = <T>(a: readonly T[] | null, b: readonly T[] | null) => a !== null && b !== null && !a.some((each) => b.includes(each));
  const literal = (tools: readonly string[] | null) => (tools?.every((tool) => !tool.includes("*")) ? tools : null);
  return !apart(one.match.kinds, other.match.kinds) && !apart(one.match.agentIds, other.match.agentIds) && !apart(literal(one.match.tools), literal(other.match.tools));
}

const kindOf = ({ match }: ApprovalRule) => (match.kinds?.length === 1 ? (match.kinds[0] ?? "action") : "action");

/** For whom the rule is asked: one of each workspace, owner, maker of a key and manager of the agents that it covers; at least the place itself. */
async function groupsOf(tx: Tx, place: DocumentPlace, { match }: ApprovalRule): Promise<Group[]> {
  const within: (SQL | undefined)[] = [
    place.workspaceId === null ? undefined : eq(agent.workspaceId, place.workspaceId),
    match.workspaceIds ? inArray(agent.workspaceId, match.workspaceIds) : undefined,
    match.agentIds ? inArray(agent.id, match.agentIds) : undefined,
  ];
  const managerId = sql<string | null>`coalesce(${agent.managerPersonId}, (select m.owner_id from agent m where m.id = ${agent.managerAgentId}))`;
  const groups = await tx
    .selectDistinct({ workspaceId: agent.workspaceId, workspaceName: workspace.name, ownerId: agent.ownerId, ownerName: person.name, keyMakerId: apiKey.createdBy, managerId: managerId.as("manager_id") })
    .from(agent)
    .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
    .innerJoin(person, eq(person.id, agent.ownerId))
    .leftJoin(apiKey, and(eq(apiKey.agentId, agent.id), isNull(apiKey.revokedAt)))
    .where(and(...within, ne(agent.status, "retired"), isNull(workspace.archivedAt)))
    .limit(mostGroups);
  if (groups.length > 0) return groups;
  return [{ workspaceId: place.workspaceId, workspaceName: place.name, ownerId: null, ownerName: "", keyMakerId: null, managerId: null }];
}

/** People whom a rule names, and who could not decide anyway: they left, are locked, or hold no role that decides. */
function namedProblems(rule: AskRule, at: number, candidates: readonly Candidate[]): DocumentProblem[] {
  const { stages, escalations, breakGlass } = rule.answer;
  const people = [...stages.flatMap(({ anyOf }) => anyOf.flatMap((way) => way.people)), ...escalations.flatMap((later) => later.people)];
  const named = [...people.flatMap((one) => (one.kind === "person" ? [one.personId] : [])), ...breakGlass];
  const lost = [...new Set(named)].filter((id) => !candidates.some((one) => one.id === id));
  return lost.map((id) => ({ path: `rules.${at}`, message: `"${rule.name}" names somebody who could not decide there: they are not active, are locked, or hold no role that decides requests (${id}).` }));
}
