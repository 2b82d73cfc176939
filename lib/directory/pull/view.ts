import { desc, eq, inArray } from "drizzle-orm";
import { directorySource, directorySync, type SyncSummary } from "@/db/schema/directory-sync";
import { workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { isRole, permissionTable } from "@/lib/ability/permissions";

export type RoleCount = { role: string; where: string; before: number; after: number };
export type SyncView = Pick<typeof directorySync.$inferSelect, "id" | "mode" | "state" | "createdAt" | "startedAt" | "finishedAt" | "readUsers" | "readGroups" | "steps" | "stepsDone" | "stepsFailed" | "problem" | "hint"> & {
  summary: (Omit<SyncSummary, "roles"> & { roles: RoleCount[] }) | null;
};

export type SourceView = {
  /** As its kind's schema says; nothing secret. */
  settings: Record<string, unknown>;
  everyMinutes: number;
  mostLossPercent: number;
  mostLossPeople: number;
  admittedAt: Date | null;
  nextSyncAt: Date | null;
  failures: number;
  /** Whether a dry run was seen, so that the first sync may begin. */
  previewed: boolean;
  /** The latest first. */
  syncs: SyncView[];
};

const shownSyncs = 10;

/** How a directory is asked, and how that went lately; null for one that comes by itself. For use inside a verb that has asked. */
export async function sourceView(tx: Tx, directoryId: string): Promise<SourceView | null> {
  const [row] = await tx.select().from(directorySource).where(eq(directorySource.directoryId, directoryId));
  if (!row) return null;
  const { settings, everyMinutes, mostLossPercent, mostLossPeople, admittedAt, nextSyncAt, failures } = row;
  const syncs = await tx.select().from(directorySync).where(eq(directorySync.directoryId, directoryId)).orderBy(desc(directorySync.createdAt), desc(directorySync.id)).limit(shownSyncs);
  const places = await placesOf(tx, syncs.flatMap(({ summary }) => summary?.roles ?? []));
  const previewed = syncs.some(({ mode, state }) => mode === "preview" && state === "done");
  return { settings, everyMinutes, mostLossPercent, mostLossPeople, admittedAt, nextSyncAt, failures, previewed, syncs: syncs.map((sync) => viewOf(sync, places)) };
}

async function placesOf(tx: Tx, roles: SyncSummary["roles"]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(roles.flatMap(({ workspaceId }) => workspaceId ?? []))];
  const rows = ids.length > 0 ? await tx.select({ id: workspace.id, name: workspace.name }).from(workspace).where(inArray(workspace.id, ids)) : [];
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function viewOf(sync: typeof directorySync.$inferSelect, places: ReadonlyMap<string, string>): SyncView {
  const { id, mode, state, createdAt, startedAt, finishedAt, readUsers, readGroups, steps, stepsDone, stepsFailed, problem, hint, summary } = sync;
  const roles = summary?.roles.map(({ role, workspaceId, before, after }) => ({
    role: isRole(role) ? permissionTable[role].label : role,
    where: workspaceId ? (places.get(workspaceId) ?? "") : "the whole organization",
    before,
    after,
  }));
  return { id, mode, state, createdAt, startedAt, finishedAt, readUsers, readGroups, steps, stepsDone, stepsFailed, problem, hint, summary: summary && roles ? { ...summary, roles } : null };
}
