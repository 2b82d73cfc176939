import { and, asc, count as countRows, eq, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { directoryGroup, directoryMember, directoryUser } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { comparisons, type Equals, parseBounded } from "../scim/filter";
import { type ListQuery, textOf, wantsMembers } from "../scim/page";
import { scimRefusal } from "../scim/refusal";
import type { GroupMember, GroupRow } from "./row";

/** Members in one answer; a page of groups ends before it would hold more. */
const mostShown = 20_000;

export type ShownGroup = GroupRow & { members: GroupMember[] | null };

/** SCIM's GET /Groups: fewer than asked for where their members are many; the next page begins where this one ends. */
export async function listDirectoryGroups(ctx: DirectoryCtx, query: ListQuery): Promise<{ total: number; rows: ShownGroup[] }> {
  return read(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const asked = query.filter ? comparisons(parseBounded(query.filter)).map(condition) : [];
    const where = and(eq(directoryGroup.directoryId, ctx.actor.id), ...asked);
    const total = await tx.$count(directoryGroup, where);
    const rows =
      query.count === 0 ? [] : await tx.select().from(directoryGroup).where(where).orderBy(asc(directoryGroup.createdAt), asc(directoryGroup.id)).limit(query.count).offset(query.startIndex - 1);
    if (!wantsMembers(query)) return { total, rows: rows.map((row) => ({ ...row, members: null })) };
    const shown = await thatFit(tx, rows);
    const members = await membersOf(tx, shown.map(({ id }) => id));
    return { total, rows: shown.map((row) => ({ ...row, members: members.get(row.id) ?? [] })) };
  });
}

/** SCIM's GET /Groups/{id}. @throws AppError `not_found`. */
export async function getDirectoryGroup(ctx: DirectoryCtx, { id, withMembers }: { id: string; withMembers: boolean }): Promise<ShownGroup> {
  return read(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const own = and(eq(directoryGroup.id, id), eq(directoryGroup.directoryId, ctx.actor.id));
    const [row] = z.uuid().safeParse(id).success ? await tx.select().from(directoryGroup).where(own) : [];
    if (!row) throw notFound("group");
    return { ...row, members: withMembers ? ((await membersOf(tx, [id])).get(id) ?? []) : null };
  });
}

async function thatFit(tx: Tx, rows: readonly GroupRow[]): Promise<GroupRow[]> {
  if (rows.length === 0) return [];
  const counted = await tx
    .select({ id: directoryMember.groupId, members: countRows() })
    .from(directoryMember)
    .where(inArray(directoryMember.groupId, rows.map(({ id }) => id)))
    .groupBy(directoryMember.groupId);
  const sizes = new Map(counted.map(({ id, members }) => [id, members]));
  let sum = 0;
  return rows.filter((row, index) => (sum += sizes.get(row.id) ?? 0) <= mostShown || index === 0);
}

async function membersOf(tx: Tx, groupIds: readonly string[]): Promise<Map<string, GroupMember[]>> {
  const found = new Map<string, GroupMember[]>();
  if (groupIds.length === 0) return found;
  const rows = await tx
    .select({ groupId: directoryMember.groupId, id: directoryUser.id, userName: directoryUser.userName })
    .from(directoryMember)
    .innerJoin(directoryUser, eq(directoryUser.id, directoryMember.userId))
    .where(inArray(directoryMember.groupId, [...groupIds]))
    .orderBy(asc(directoryMember.userId));
  for (const { groupId, ...member } of rows) {
    const members = found.get(groupId);
    if (members) members.push(member);
    else found.set(groupId, [member]);
  }
  return found;
}

function condition({ attribute, value }: Equals): SQL {
  if (attribute === "displayname") return sql`lower(${directoryGroup.displayName}) = ${textOf(value).toLowerCase()}`;
  if (attribute === "externalid") return eq(directoryGroup.externalId, textOf(value));
  if (attribute === "id") return z.uuid().safeParse(value).success ? eq(directoryGroup.id, textOf(value)) : sql`false`;
  if (attribute === "members.value" || attribute === "members") {
    if (!z.uuid().safeParse(value).success) return sql`false`;
    return sql`exists (select 1 from ${directoryMember} where ${directoryMember.groupId} = ${directoryGroup.id} and ${directoryMember.userId} = ${textOf(value)})`;
  }
  throw scimRefusal("invalidFilter", `Groups are not found by '${attribute.slice(0, 40)}'.`, "Use displayName, externalId, id or members.value.");
}
