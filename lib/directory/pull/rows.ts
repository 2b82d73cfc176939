import { ZodError } from "zod";
import { AppError } from "@/lib/errors";
import { cleanText } from "@/lib/text";
import { parseUser, type UserFields } from "../scim/user-fields";
import { flatten } from "./flatten";
import { mostGroups, mostUsers, type Pulled, type PulledGroup, type PulledUser } from "./records";

export type GroupRecord = { displayName: string; members: string[] };
export type PulledRow = { kind: "user" | "group"; externalId: string; record: UserFields | GroupRecord | null; op: "skip" | null; problem: string | null };

const Name = cleanText({ max: 255 });

/**
 * What a directory said as rows to compare: read as what comes by SCIM is, so that the same is refused. What cannot be read
 * is kept as such, so that nobody leaves because their entry has a fault.
 * @throws AppError `invalid_input` when there is more than is taken.
 */
export function pulledRows({ users, groups }: Pulled): PulledRow[] {
  requireAtMost(users.length, mostUsers, "users");
  requireAtMost(groups.length, mostGroups, "groups");
  const known = new Set(users.map(({ id }) => id));
  const flat = flatten(groups);
  const count = new Map<string, number>();
  for (const { name } of groups) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) ?? 0) + 1);
  const rows = [
    ...users.map(userRow),
    ...groups.map((group) => {
      const name = (count.get(group.name.toLowerCase()) ?? 0) > 1 ? `${group.name} (${group.place})` : group.name;
      // In one order, so that two readings of the same members are equal.
      return groupRow(group, name, [...(flat.get(group.id) ?? [])].filter((id) => known.has(id)).sort());
    }),
  ];
  return [...new Map(rows.map((row) => [`${row.kind} ${row.externalId}`, row])).values()];
}

function userRow({ id, userName, email, displayName, givenName, familyName, title, active }: PulledUser): PulledRow {
  const body = { userName, externalId: id, active, displayName, title, name: givenName || familyName ? { givenName, familyName } : undefined, emails: email ? [{ value: email, primary: true }] : [] };
  try {
    return { kind: "user", externalId: id, record: parseUser(body), op: null, problem: null };
  } catch (error) {
    return { kind: "user", externalId: id, record: null, op: "skip", problem: `${shown(userName)}: ${reason(error)}` };
  }
}

function groupRow({ id, name: bare }: PulledGroup, name: string, members: string[]): PulledRow {
  const parsed = Name.safeParse(name.slice(0, 255));
  if (parsed.success) return { kind: "group", externalId: id, record: { displayName: parsed.data, members }, op: null, problem: null };
  return { kind: "group", externalId: id, record: null, op: "skip", problem: `${shown(bare)}: ${reason(parsed.error)}` };
}

/** What could not be read is named all the same, without what makes it unreadable. */
function shown(name: string): string {
  return name.slice(0, 100).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "?");
}

function reason(error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (error instanceof ZodError) return error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()).join("; ").slice(0, 300);
  throw error;
}

function requireAtMost(found: number, most: number, what: string): void {
  if (found > most) throw new AppError("invalid_input", `The directory has ${found.toLocaleString("en")} ${what}; at most ${most.toLocaleString("en")} are taken.`, { hint: "Choose fewer by the filter." });
}
