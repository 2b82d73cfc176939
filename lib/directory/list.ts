import { asc, eq, isNull, sql } from "drizzle-orm";
import { directory, directoryGroup, type directoryKinds, directoryUser } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

export type DirectoryState = "waiting" | "working" | "failing";

export type DirectoryView = {
  id: string;
  kind: (typeof directoryKinds)[number];
  name: string;
  /** Null where the portal goes there itself. */
  tokenPrefix: string | null;
  tokenMadeAt: Date | null;
  successorId: string | null;
  lastSuccessAt: Date | null;
  lastErrorAt: Date | null;
  lastError: string | null;
  checkedAt: Date | null;
  checkedDrift: number | null;
  /** `waiting`: it never came; `failing`: its latest request was refused. */
  state: DirectoryState;
  users: number;
  active: number;
  groups: number;
  /** That nobody has decided yet. */
  conflicts: number;
};

/** The directories that are connected, oldest first. */
export async function listDirectories(ctx: PersonCtx): Promise<DirectoryView[]> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "read", { workspaceId: null });
    return selectDirectories(tx);
  });
}

/** For use inside a verb that has asked. */
export async function selectDirectories(tx: Tx, id?: string): Promise<DirectoryView[]> {
  const rows = await tx
    .select()
    .from(directory)
    .where(id ? sql`${directory.id} = ${id} and ${directory.disconnectedAt} is null` : isNull(directory.disconnectedAt))
    .orderBy(asc(directory.createdAt));
  const views: DirectoryView[] = [];
  for (const row of rows) {
    const [count] = await tx
      .select({
        users: sql<number>`count(*)::int`,
        active: sql<number>`(count(*) filter (where ${directoryUser.active}))::int`,
        conflicts: sql<number>`(count(*) filter (where ${directoryUser.conflict} is not null and ${directoryUser.conflictDismissedAt} is null))::int`,
      })
      .from(directoryUser)
      .where(eq(directoryUser.directoryId, row.id));
    const groups = await tx.$count(directoryGroup, eq(directoryGroup.directoryId, row.id));
    views.push(viewOf(row, { users: count?.users ?? 0, active: count?.active ?? 0, conflicts: count?.conflicts ?? 0, groups }));
  }
  return views;
}

function viewOf(row: typeof directory.$inferSelect, counts: Pick<DirectoryView, "users" | "active" | "groups" | "conflicts">): DirectoryView {
  const { id, kind, name, tokenPrefix, tokenMadeAt, successorId, lastSuccessAt, lastErrorAt, lastError, checkedAt, checkedDrift } = row;
  const failing = lastErrorAt && (!lastSuccessAt || lastErrorAt >= lastSuccessAt);
  const state = failing ? "failing" : lastSuccessAt ? "working" : "waiting";
  return { id, kind, name, tokenPrefix, tokenMadeAt, successorId, lastSuccessAt, lastErrorAt, lastError, checkedAt, checkedDrift, state, ...counts };
}
