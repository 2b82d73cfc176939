import { and, eq, isNull, sql } from "drizzle-orm";
import { directoryGroup } from "@/db/schema/directory";
import { directoryPulled, directorySource } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import { authorizeDirectory } from "@/lib/ability/authorize";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { log } from "@/lib/log";
import { transact } from "@/lib/transact";
import { insertGroup } from "../groups/insert";
import type { GroupRecord } from "./rows";
import { findOps } from "./ops";
import { findConflicts } from "./conflicts";
import { holdReason } from "./hold";
import { summarize } from "./summary";
import { endSync, lockSync, type SyncRow, setSync } from "./sync-row";
import { tellAdmins } from "./tell-admins";

export type CompareOutcome = "applying" | "previewed" | "held" | "over";

/**
 * Finds what is different between what was read and what is here, and what that would do to people. A dry run ends with it;
 * a sync that would take too much from too many ends too, and asks. Nobody is changed.
 */
export async function compareDirectory(ctx: DirectoryCtx, { syncId }: { syncId: string }): Promise<CompareOutcome> {
  const conflicts = await findConflicts(ctx, syncId);
  if (!conflicts) return "over";
  return transact<CompareOutcome>(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const sync = await lockSync(tx, ctx, syncId, ["reading"]);
    if (!sync) return { value: "over", audit: noAudit("the sync is over") };
    await findOps(tx, ctx, syncId, conflicts);
    const summary = await summarize(tx, ctx, syncId);
    if (sync.mode === "preview") {
      const groups = await listGroups(tx, ctx, syncId);
      await endSync(tx, ctx, syncId, { state: "done", summary });
      return { value: "previewed", audit: groups.length > 0 ? groups : noAudit("a dry run changes nobody") };
    }
    const why = await holdReason(tx, ctx, sync, summary);
    if (why) return hold(tx, ctx, sync, { ...why, summary });
    const steps = await tx.$count(directoryPulled, and(eq(directoryPulled.syncId, syncId), eq(directoryPulled.done, false)));
    await setSync(tx, ctx, syncId, { state: "applying", summary, steps, stepsDone: 0 });
    return { value: "applying", audit: noAudit("what it changes are events of their own") };
  });
}

async function hold(tx: Tx, ctx: DirectoryCtx, sync: SyncRow, told: { problem: string; hint: string; summary: NonNullable<SyncRow["summary"]> }) {
  await endSync(tx, ctx, sync.id, { state: "held", ...told });
  // The clock does not come again until somebody has looked.
  await tx.update(directorySource).set({ nextSyncAt: null }).where(eq(directorySource.directoryId, ctx.actor.id));
  const send = await tellAdmins(tx, ctx, { key: `directory-held:${sync.id}`, title: `${ctx.actor.name} waits for you`, body: `${told.problem} Nothing was changed. ${told.hint}` });
  const resource = { type: "directory", id: ctx.actor.id, name: ctx.actor.name };
  log.warn({ directoryId: ctx.actor.id, syncId: sync.id, losing: told.summary.losing }, "a sync of a directory stopped and asks");
  return { value: "held" as const, audit: { action: "directory.sync_held" as const, resource, details: { sync: sync.id, losing: told.summary.losing, problem: told.problem }, outcome: "blocked" as const }, send };
}

/** Before the first sync a dry run lists the groups, empty, so that they can be mapped before anybody comes in by them. */
async function listGroups(tx: Tx, ctx: DirectoryCtx, syncId: string): Promise<AuditEntry[]> {
  const [first] = await tx.select({ id: directorySource.directoryId }).from(directorySource).where(and(eq(directorySource.directoryId, ctx.actor.id), isNull(directorySource.admittedAt)));
  if (!first) return [];
  const missing = await tx
    .select({ externalId: directoryPulled.externalId, record: directoryPulled.record })
    .from(directoryPulled)
    .where(
      and(
        eq(directoryPulled.syncId, syncId),
        eq(directoryPulled.kind, "group"),
        eq(directoryPulled.op, "create"),
        // A name that another group has here is told by the sync itself.
        sql`not exists (select 1 from ${directoryGroup} g where g.directory_id = ${ctx.actor.id} and lower(g.display_name) = lower(${directoryPulled.record} ->> 'displayName'))`,
      ),
    );
  const audit: AuditEntry[] = [];
  for (const { externalId, record } of missing) {
    const change = await insertGroup(tx, ctx, { displayName: (record as GroupRecord).displayName, externalId, members: [] });
    if (!("reason" in change.audit)) audit.push(...[change.audit].flat());
  }
  return audit;
}
