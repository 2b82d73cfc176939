import { and, asc, desc, eq, ilike, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { directoryGroup, directoryMember, directoryUser, groupRole } from "@/db/schema/directory";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { isRole, permissionTable } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";
import { type DirectoryView, selectDirectories } from "./list";
import { type SourceView, sourceView } from "./pull/view";

const mostGroups = 200;
const conflictsShown = 50;
const mostSuccessors = 500;

/** `value` as the mapping takes it: `viewer@organization`. */
export type GivenRole = { value: string; role: string; where: string };
export type GroupView = { id: string; name: string; members: number; gives: GivenRole[] };
export type ConflictView = { userId: string; userName: string; email: string; active: boolean; conflict: NonNullable<(typeof directoryUser.$inferSelect)["conflict"]>; person: { id: string; name: string } | null };

export type DirectoryDetails = DirectoryView & {
  /** Those that give roles first; the first 200 that fit the search. */
  groupRows: GroupView[];
  /** Those that nobody decided yet, fifty to a page. */
  conflictPage: Page<ConflictView>;
  successors: { id: string; name: string; email: string }[];
  /** Null for one that comes by itself. */
  source: SourceView | null;
};

/** One directory with its groups, conflicts and what may be set. @throws AppError `not_found`. */
export async function loadDirectory(ctx: PersonCtx, { id, q, conflicts = {} }: { id: string; q?: string | undefined; conflicts?: PageRequest }): Promise<DirectoryDetails> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "read", { workspaceId: null });
    const [view] = await selectDirectories(tx, id);
    if (!view) throw notFound("directory");
    const successors = await tx
      .select({ id: person.id, name: person.name, email: person.email })
      .from(person)
      .where(eq(person.status, "active"))
      .orderBy(asc(person.name), asc(person.id))
      .limit(mostSuccessors);
    return { ...view, groupRows: await groupsOf(tx, id, q), conflictPage: await conflictsOf(tx, id, { ...conflicts, size: conflictsShown }), successors, source: await sourceView(tx, id) };
  });
}

async function groupsOf(tx: Tx, directoryId: string, q: string | undefined): Promise<GroupView[]> {
  const text = q?.trim().slice(0, 100);
  const gives = sql<boolean>`exists (select 1 from ${groupRole} where ${groupRole.groupId} = ${directoryGroup.id})`;
  const rows = await tx
    .select({ id: directoryGroup.id, name: directoryGroup.displayName, members: sql<number>`(select count(*)::int from ${directoryMember} where ${directoryMember.groupId} = ${directoryGroup.id})` })
    .from(directoryGroup)
    .where(and(eq(directoryGroup.directoryId, directoryId), text ? ilike(directoryGroup.displayName, `%${text.replace(/[\\%_]/g, "\\$&")}%`) : undefined))
    .orderBy(desc(gives), asc(directoryGroup.displayName))
    .limit(mostGroups);
  if (rows.length === 0) return [];
  const mapped = await tx
    .select({ groupId: groupRole.groupId, role: groupRole.role, workspaceId: groupRole.workspaceId, workspace: workspace.name })
    .from(groupRole)
    .leftJoin(workspace, eq(workspace.id, groupRole.workspaceId))
    .where(inArray(groupRole.groupId, rows.map((row) => row.id)))
    .orderBy(asc(groupRole.createdAt), asc(groupRole.id));
  return rows.map((row) => ({ ...row, gives: mapped.filter(({ groupId }) => groupId === row.id).map(givenRole) }));
}

function givenRole({ role, workspaceId, workspace: name }: { role: string; workspaceId: string | null; workspace: string | null }): GivenRole {
  return {
    value: `${role}@${workspaceId ?? "organization"}`,
    role: isRole(role) ? permissionTable[role].label : role,
    where: workspaceId ? (name ?? "") : "the whole organization",
  };
}

function conflictsOf(tx: Tx, directoryId: string, page: PageRequest): Promise<Page<ConflictView>> {
  return keysetPage<ConflictView & { createdAt: Date }>(
    { column: directoryUser.createdAt, id: directoryUser.id, direction: "asc" },
    page,
    async ({ where, orderBy, limit }) => {
      const rows = await tx
        .select({ userId: directoryUser.id, userName: directoryUser.userName, email: directoryUser.email, active: directoryUser.active, conflict: directoryUser.conflict, createdAt: directoryUser.createdAt, personId: person.id, personName: person.name })
        .from(directoryUser)
        .leftJoin(person, eq(person.email, directoryUser.email))
        .where(and(eq(directoryUser.directoryId, directoryId), isNotNull(directoryUser.conflict), isNull(directoryUser.conflictDismissedAt), where))
        .orderBy(...orderBy)
        .limit(limit);
      return rows.flatMap(({ conflict, personId, personName, ...user }) => (conflict ? [{ ...user, conflict, person: personId ? { id: personId, name: personName ?? "" } : null }] : []));
    },
    (row) => ({ value: row.createdAt, id: row.userId }),
  );
}
