import { z } from "zod";
import { AppError } from "@/lib/errors";
import { mostGroups, mostUsers, type PulledGroup, type PulledUser, type Source } from "../pull/records";
import { chunks } from "../recompute";
import { GoogleClient } from "./client";
import { GoogleSettings, parseKeyFile } from "./settings";

const Id = z.string().regex(/^[\w-]{1,100}$/);
const Text = z.string().max(500).optional();
const User = z.object({ id: Id, primaryEmail: z.string().max(300), name: z.object({ fullName: Text, givenName: Text, familyName: Text }).optional(), suspended: z.boolean().default(false), archived: z.boolean().default(false) });
const Group = z.object({ id: Id, name: z.string().max(500).default(""), email: z.string().max(300), directMembersCount: z.coerce.number().default(0) });
const Member = z.object({ id: Id.optional(), type: z.string().max(40).default("USER") });

const userFields = "nextPageToken,users(id,primaryEmail,name(fullName,givenName,familyName),suspended,archived)";
const groupFields = "nextPageToken,groups(id,name,email,directMembersCount)";
/** Side by side; Google counts requests by the minute. */
const sideBySide = 4;
const sampled = 5;

/** Google Workspace, asked by the Admin SDK's Directory API. */
export function googleSource(given: unknown, keyFile: string): Source {
  const settings = GoogleSettings.parse(given);
  const account = parseKeyFile(keyFile);
  if (!account) throw new Error("the key that is kept is no service account's");
  const client = () => new GoogleClient(settings, account);
  const query = { customer: "my_customer", ...(settings.userQuery ? { query: settings.userQuery } : {}) };
  return {
    async read() {
      const google = client();
      const users = await all(google.list("/users", { ...query, maxResults: "500", fields: userFields }, "users", User), mostUsers);
      const found = await all(google.list("/groups", { customer: "my_customer", maxResults: "200", fields: groupFields }, "groups", Group), mostGroups);
      const groups: PulledGroup[] = [];
      for (const some of chunks(found, sideBySide)) groups.push(...(await Promise.all(some.map((group) => withMembers(google, group, users)))));
      return { users: users.map(userOf), groups };
    },
    async sample() {
      const google = client();
      const users = await all(google.list("/users", { ...query, maxResults: String(sampled), fields: userFields }, "users", User), sampled, true);
      const groups = await all(google.list("/groups", { customer: "my_customer", maxResults: String(sampled), fields: groupFields }, "groups", Group), sampled, true);
      const notes = [...(users.length === 0 ? ["Google has no user that fits the query."] : []), ...(groups.length === 0 ? ["Google has no group."] : [])];
      return { users: users.map(userOf), groups: groups.map(({ name, email, directMembersCount }) => ({ name: name || email, members: directMembersCount })), notes };
    },
  };
}

async function all<T>(items: AsyncGenerator<T>, most: number, few = false): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    if (found.length === most && few) break;
    if (found.length === most) throw new AppError("invalid_input", `Google has more than ${most.toLocaleString("en")} entries.`, { hint: "Choose fewer users by a query." });
    found.push(item);
  }
  return found;
}

function userOf({ id, primaryEmail, name, suspended, archived }: z.output<typeof User>): PulledUser {
  return { id, userName: primaryEmail, email: primaryEmail, displayName: name?.fullName ?? null, givenName: name?.givenName ?? null, familyName: name?.familyName ?? null, active: !suspended && !archived };
}

async function withMembers(google: GoogleClient, { id, name, email }: z.output<typeof Group>, everybody: readonly { id: string }[]): Promise<PulledGroup> {
  const members = await all(google.list(`/groups/${id}/members`, { maxResults: "200", fields: "nextPageToken,members(id,type)" }, "members", Member), mostUsers);
  const of = (type: string) => members.flatMap((member) => (member.type === type && member.id ? [member.id] : []));
  // One member that stands for everybody of the company.
  const users = members.some(({ type }) => type === "CUSTOMER") ? everybody.map((user) => user.id) : of("USER");
  return { id, name: name || email, place: email, users, groups: of("GROUP") };
}
