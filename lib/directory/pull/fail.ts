import { eq, sql } from "drizzle-orm";
import { directory } from "@/db/schema/directory";
import { directorySource } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import { authorizeDirectory } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { transact } from "@/lib/transact";
import { endSync, lockSync } from "./sync-row";
import { tellAdmins } from "./tell-admins";

/** Failures in a row after which admins are told. */
const tellAfter = 3;

export const untold = { problem: "The sync could not be carried out.", hint: "The portal's log says why." };

/** Ends a sync that could not be carried out, says why and what to do, and tells admins when it is the third in a row. */
export async function failDirectorySync(ctx: DirectoryCtx, { syncId, problem, hint }: { syncId: string; problem: string | null; hint: string | null }): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const sync = await lockSync(tx, ctx, syncId, ["queued", "reading", "applying"]);
    if (!sync) return { value: null, audit: noAudit("the sync is over") };
    // What was noted at the last try says more than that it failed.
    const told = problem ? { problem, hint } : sync.problem ? { problem: sync.problem, hint: sync.hint } : untold;
    await endSync(tx, ctx, syncId, { state: "failed", ...told });
    const resource = { type: "directory", id: ctx.actor.id, name: ctx.actor.name };
    const audit = { action: "directory.sync_failed" as const, resource, details: { sync: syncId, mode: sync.mode, problem: told.problem }, outcome: "failure" as const };
    if (sync.mode === "preview") return { value: null, audit };
    const lastError = [told.problem, told.hint].filter(Boolean).join(" ").slice(0, 1_000);
    await tx.update(directory).set({ lastErrorAt: sql`now()`, lastError }).where(eq(directory.id, ctx.actor.id));
    return { value: null, audit, send: await countFailure(tx, ctx, syncId, lastError) };
  });
}

async function countFailure(tx: Tx, ctx: DirectoryCtx, syncId: string, text: string): Promise<JobEvent[]> {
  const [source] = await tx
    .update(directorySource)
    .set({ failures: sql`${directorySource.failures} + 1`, nextSyncAt: sql`case when ${directorySource.everyMinutes} > 0 then now() + ${directorySource.everyMinutes} * interval '1 minute' end` })
    .where(eq(directorySource.directoryId, ctx.actor.id))
    .returning({ failures: directorySource.failures });
  if (source?.failures !== tellAfter) return [];
  const title = `${ctx.actor.name} could not be read ${tellAfter} times`;
  return tellAdmins(tx, ctx, { key: `directory-failing:${syncId}`, title, body: `Until this is mended, nobody who leaves the company leaves here. ${text}` });
}
