import { z } from "zod";
import { cleanText } from "@/lib/text";
import { known } from "./known";
import type { PatchStep } from "./patch";
import { scimRefusal } from "./refusal";

/** Members that one request may name. */
export const mostMembers = 10_000;

const groupNames = ["displayName", "externalId", "members"] as const;
const Text = cleanText({ max: 255 });
const OptionalText = z.preprocess((value) => (value === null || value === "" ? undefined : value), Text.optional());
const Member = z.preprocess((each) => known(each, ["value", "type"]), z.object({ value: z.string().max(64), type: z.string().max(40).optional() }));

/** What is kept of a group of SCIM (RFC 7643, section 4.2), with the ids of its members. */
export type GroupFields = { displayName: string; externalId: string | null; members: string[] };

export function parseGroup(body: unknown): GroupFields {
  const Fields = z.object({ displayName: Text, externalId: OptionalText, members: z.unknown().optional() });
  const { displayName, externalId, members } = Fields.parse(known(body, groupNames));
  return { displayName, externalId: externalId ?? null, members: memberIds(members) };
}

/** How a PATCH changes a group: `replace` null keeps the members, but for those added and removed. */
export type GroupChange = { displayName?: string; externalId?: string | null; replace: string[] | null; add: Set<string>; remove: Set<string> };

/** The steps of a PATCH as one change, so that the members of a large group need not be read for it. */
export function groupChange(steps: readonly PatchStep[]): GroupChange {
  const change: GroupChange = { replace: null, add: new Set(), remove: new Set() };
  for (const { op, path, value } of steps) {
    if (path.attribute === "displayname") change.displayName = Text.parse(value);
    else if (path.attribute === "externalid") change.externalId = op === "remove" ? null : (OptionalText.parse(value) ?? null);
    else if (path.attribute === "members") changeMembers(change, { op, path, value });
  }
  if (change.add.size + change.remove.size + (change.replace?.length ?? 0) > mostMembers) throw tooMany();
  return change;
}

function changeMembers(change: GroupChange, { op, path, value }: PatchStep): void {
  const filtered = path.where.map(({ attribute, value: wanted }) => {
    if (attribute !== "value" || typeof wanted !== "string") throw scimRefusal("invalidFilter", "Members are found by 'value eq' only.");
    return wanted;
  });
  const ids = filtered.length > 0 ? filtered : memberIds(value);
  if (op === "replace" && filtered.length === 0) {
    Object.assign(change, { replace: ids, add: new Set(), remove: new Set() });
  } else if (op === "remove") {
    // Without a filter and without a value, all of them go.
    if (filtered.length === 0 && (value === undefined || value === null)) Object.assign(change, { replace: [], add: new Set(), remove: new Set() });
    for (const id of ids) {
      change.add.delete(id);
      change.remove.add(id);
    }
  } else {
    for (const id of ids) {
      change.remove.delete(id);
      change.add.add(id);
    }
  }
}

function memberIds(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  if (list.length > mostMembers) throw tooMany();
  const members = z.array(Member).parse(list);
  if (members.some(({ type }) => type?.toLowerCase() === "group")) {
    throw scimRefusal("invalidValue", "Groups inside of groups are not taken.", "Assign the inner groups themselves, or have your directory send their members.");
  }
  return [...new Set(members.map(({ value: id }) => id))];
}

function tooMany() {
  return scimRefusal("tooMany", `A request may name at most ${mostMembers} members.`, "Send them in several PATCH requests.");
}
