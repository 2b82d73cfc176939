import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { directory } from "@/db/schema/directory";
import { authorizeDirectory } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";

/** Notes that the directory reached us, for the page; every ten seconds at most, as the caller's token says. */
export async function noteDirectorySuccess(ctx: DirectoryCtx): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    await tx.update(directory).set({ lastSuccessAt: sql`now()` }).where(eq(directory.id, ctx.actor.id));
    return { value: null, audit: noAudit("what was done is an event of its own") };
  });
}

/** Notes the latest refusal with what to do, for the page; a directory in a loop is noted once a second. */
export async function noteDirectoryError(ctx: DirectoryCtx, message: string): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const due = or(isNull(directory.lastErrorAt), lt(directory.lastErrorAt, sql`now() - interval '1 second'`));
    await tx.update(directory).set({ lastErrorAt: sql`now()`, lastError: message.slice(0, 1_000) }).where(and(eq(directory.id, ctx.actor.id), due));
    return { value: null, audit: noAudit("a refusal of the directory's own request, kept on its page") };
  });
}
