import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { directoryGroup, directoryMember, directoryUser } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { chunks } from "../recompute";
import { scimRefusal, versionChanged } from "../scim/refusal";

export type GroupRow = typeof directoryGroup.$inferSelect;
export type GroupMember = { id: string; userName: string };

/** Members that one group may have. */
const mostInGroup = 50_000;

/** A group of the caller's own directory, to be changed: nobody else changes it meanwhile. @throws AppError `not_found`. */
export async function lockGroup(tx: Tx, ctx: DirectoryCtx, id: string, version: number | null): Promise<GroupRow> {
  const own = and(eq(directoryGroup.id, id), eq(directoryGroup.directoryId, ctx.actor.id));
  const [row] = z.uuid().safeParse(id).success ? await tx.select().from(directoryGroup).where(own).for("update") : [];
  if (!row) throw notFound("group");
  if (version !== null && row.version !== version) throw versionChanged();
  return row;
}

/** Adds users to a group; the people that became members by it. @throws AppError for an id that is no user of this directory. */
export async function addMembers(tx: Tx, ctx: DirectoryCtx, groupId: string, userIds: readonly string[]): Promise<string[]> {
  const people: string[] = [];
  for (const ids of chunks(userIds, 1_000)) {
    const unknown = ids.find((id) => !z.uuid().safeParse(id).success);
    const found = unknown
      ? []
      : await tx
          .select({ id: directoryUser.id, personId: directoryUser.personId })
          .from(directoryUser)
          .where(and(inArray(directoryUser.id, ids), eq(directoryUser.directoryId, ctx.actor.id)));
    if (found.length < ids.length) throw scimRefusal("invalidValue", "A member is no user of this directory.", "Send the user first, and the 'id' that came back.");
    const added = await tx
      .insert(directoryMember)
      .values(ids.map((userId) => ({ organizationId: ctx.organizationId, groupId, userId })))
      .onConflictDoNothing()
      .returning({ userId: directoryMember.userId });
    const fresh = new Set(added.map(({ userId }) => userId));
    people.push(...found.flatMap(({ id, personId }) => (personId && fresh.has(id) ? [personId] : [])));
  }
  if (userIds.length > 0 && (await tx.$count(directoryMember, eq(directoryMember.groupId, groupId))) > mostInGroup) {
    throw scimRefusal("tooMany", `A group has at most ${mostInGroup} members.`);
  }
  return people;
}

/** Takes users out of a group; null: all of them. The people that were members until then. */
export async function removeMembers(tx: Tx, groupId: string, userIds: readonly string[] | null): Promise<string[]> {
  const known = userIds?.filter((id) => z.uuid().safeParse(id).success);
  if (known?.length === 0) return [];
  const gone = await tx
    .delete(directoryMember)
    .where(and(eq(directoryMember.groupId, groupId), known ? inArray(directoryMember.userId, known) : undefined))
    .returning({ userId: directoryMember.userId });
  const people: string[] = [];
  for (const some of chunks(gone, 1_000)) {
    const rows = await tx
      .select({ personId: directoryUser.personId })
      .from(directoryUser)
      .where(and(inArray(directoryUser.id, some.map(({ userId }) => userId)), sql`${directoryUser.personId} is not null`));
    people.push(...rows.flatMap(({ personId }) => (personId ? [personId] : [])));
  }
  return people;
}

export async function memberIdsOf(tx: Tx, groupId: string): Promise<string[]> {
  const rows = await tx.select({ id: directoryMember.userId }).from(directoryMember).where(eq(directoryMember.groupId, groupId));
  return rows.map(({ id }) => id);
}
