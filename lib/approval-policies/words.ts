import type { PlanPeople } from "@/db/schema/approval-plan";
import { isRole, permissionTable, type Role } from "@/lib/ability/permissions";

/** People's names by id. */
export type Names = ReadonlyMap<string, string>;
type People = PlanPeople | { kind: "role"; role: string };

/** Who is meant, in a word or two. */
export function peopleWords(people: People, names: Names): string {
  switch (people.kind) {
    case "decider":
      return "anybody who decides requests";
    case "role":
      return isRole(people.role) ? roleWords(people.role) : people.role;
    case "person":
      return names.get(people.personId) ?? "somebody who is not here any more";
    case "agent_manager":
      return "who manages the agent";
  }
}

/** One who holds a role: 'a supervisor', 'an organization admin'. */
export function roleWords(role: Role): string {
  return withArticle(permissionTable[role].label.toLowerCase());
}

/** How many of whom, e.g. '2 of: a supervisor, Ann'. */
export function countWords({ count, people }: { count: number; people: readonly People[] }, names: Names): string {
  const who = people.map((one) => peopleWords(one, names)).join(" or ");
  return count === 1 ? who : `${count} different people, each ${who}`;
}

function withArticle(noun: string): string {
  return `${/^[aeio]/.test(noun) ? "an" : "a"} ${noun}`;
}
