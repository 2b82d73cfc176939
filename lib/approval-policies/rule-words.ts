import type { ApprovalRule, PolicyPeople } from "./content";
import { roleWords } from "./words";

/** Names of people, workspaces and agents, and amounts as they are read. */
export type RuleNames = { nameOf: (id: string) => string; amount: (micros: number) => string };

const kindWords: Record<NonNullable<ApprovalRule["match"]["kinds"]>[number], string> = { action: "action", budget: "more money", spawn: "new agent", access: "access" };

/** A rule in plain words: when it fits, and what follows. */
export function ruleWords(rule: ApprovalRule, names: RuleNames): string {
  return `${whenWords(rule, names)} ${thenWords(rule, names)}`;
}

function whenWords({ match }: ApprovalRule, { nameOf, amount }: RuleNames): string {
  const parts = [
    match.tools ? `the tool is ${match.tools.map((tool) => tool.trim()).filter(Boolean).join(" or ")}` : null,
    match.riskAtLeast ? `the risk is ${match.riskAtLeast} or above` : null,
    match.costAtLeastMicros === null ? null : `it costs ${amount(match.costAtLeastMicros)} or more`,
    match.workspaceIds ? `it is in ${match.workspaceIds.map(nameOf).join(" or ")}` : null,
    match.agentIds ? `it comes from ${match.agentIds.map(nameOf).join(" or ")}` : null,
  ].filter((part) => part !== null);
  const what = match.kinds ? `requests of the kind ${match.kinds.map((kind) => kindWords[kind]).join(" or ")}` : "every request";
  return parts.length === 0 ? `For ${what}:` : `For ${what} where ${parts.join(", and ")}:`;
}

function thenWords({ answer }: ApprovalRule, names: RuleNames): string {
  if (answer.kind === "deny") return `it is denied, saying “${answer.message}”`;
  if (answer.kind === "allow") return `no person is asked up to ${names.amount(answer.costAtMostMicros)}, never at risk HIGH or CRITICAL.`;
  const stages = answer.stages.map((stage) => `${stage.name}: ${stage.anyOf.map((way) => wayWords(way, names)).join(", or ")}${stage.rejections > 1 ? `, ended by ${stage.rejections} rejections` : ""}`).join("; then ");
  const more = [
    answer.reasonPattern ? `A yes needs a note that holds ${answer.reasonPattern}.` : "",
    answer.expiresAfterMinutes === null ? "" : `It ends in denial after ${answer.expiresAfterMinutes} minutes.`,
    ...answer.escalations.map((later) => `After ${later.afterMinutes} minutes ${later.people.map((one) => peopleName(one, names)).join(" or ")} counts too and is told.`),
    answer.delegation ? "A part that was given to somebody else counts." : "",
    answer.breakGlass.length > 0 ? `${answer.breakGlass.map(names.nameOf).join(" or ")} may decide alone, loudly.` : "",
    answer.ownerMayDecide ? "The agent's owner may decide, except what is CRITICAL." : "",
  ];
  return [`${stages}.`, ...more].filter(Boolean).join(" ");
}

function wayWords({ count, people }: { count: number; people: readonly PolicyPeople[] }, names: RuleNames): string {
  const who = people.map((one) => peopleName(one, names)).join(" or ");
  return count === 1 ? who : `${count} different people, each ${who}`;
}

function peopleName(people: PolicyPeople, { nameOf }: Pick<RuleNames, "nameOf">): string {
  if (people.kind === "role") return roleWords(people.role);
  if (people.kind === "person") return nameOf(people.personId);
  return people.kind === "decider" ? "anybody who decides requests" : "the agent's manager";
}
