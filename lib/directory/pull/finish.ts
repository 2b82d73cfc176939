import { and, asc, eq, isNotNull, ne, sql } from "drizzle-orm";
import { directory } from "@/db/schema/directory";
import { directoryPulled, directorySource } from "@/db/schema/directory-sync";
import { authorizeDirectory } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { recomputeRoles } from "../recompute";
import { endSync, lockSync } from "./sync-row";

/** Ends a sync that was carried out: roles are what the groups give, also where nothing of them changed, and the next one has its time. */
export async function finishDirectorySync(ctx: DirectoryCtx, { syncId }: { syncId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "update_role");
    const sync = await lockSync(tx, ctx, syncId, ["applying"]);
    if (!sync) return { value: null, audit: noAudit("the sync is over") };
    const roles = await recomputeRoles(tx, ctx, ctx.actor, null);
    const problem = sync.stepsFailed > 0 ? await failedWords(tx, syncId, sync.stepsFailed) : null;
    const hint = problem ? "Mend these entries in the directory; the next sync takes them." : null;
    await endSync(tx, ctx, syncId, { state: "done", problem, hint });
    const told = problem ? { lastErrorAt: sql`now() - interval '1 millisecond'`, lastError: `${problem} ${hint}`.slice(0, 1_000) } : { lastErrorAt: null, lastError: null };
    await tx.update(directory).set({ lastSuccessAt: sql`now()`, ...told }).where(eq(directory.id, ctx.actor.id));
    await tx
      .update(directorySource)
      .set({ failures: 0, nextSyncAt: sql`case when ${directorySource.everyMinutes} > 0 then now() + ${directorySource.everyMinutes} * interval '1 minute' end` })
      .where(eq(directorySource.directoryId, ctx.actor.id));
    const resource = { type: "directory", id: ctx.actor.id, name: ctx.actor.name };
    const { users, groups } = sync.summary ?? { users: {}, groups: {} };
    return { value: null, audit: [{ action: "directory.sync_finished", resource, details: { sync: syncId, users, groups, failed: sync.stepsFailed } }, ...roles] };
  });
}

async function failedWords(tx: Parameters<typeof lockSync>[0], syncId: string, failed: number): Promise<string> {
  const rows = await tx
    .select({ problem: directoryPulled.problem })
    .from(directoryPulled)
    .where(and(eq(directoryPulled.syncId, syncId), isNotNull(directoryPulled.problem), ne(directoryPulled.op, "skip")))
    .orderBy(asc(directoryPulled.externalId))
    .limit(3);
  return `${failed.toLocaleString("en")} ${failed === 1 ? "entry" : "entries"} could not be taken: ${rows.map(({ problem }) => problem).join(" ")}`;
}
