import { eq } from "drizzle-orm";
import { directoryPulled } from "@/db/schema/directory-sync";
import { insertRows } from "@/db/insert-rows";
import { prepared } from "@/db/tenant";
import { authorizeDirectory } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { chunks } from "../recompute";
import { failDirectorySync } from "./fail";
import type { Source } from "./records";
import { pulledRows } from "./rows";
import { loadSource } from "./source";
import { lockSync, setSync } from "./sync-row";

export type ReadOutcome = "read" | "failed" | "over";

const perTransaction = 500;

/**
 * Asks the directory for everything and keeps it beside what is here. Repeated, it begins anew.
 * @throws AppError `unavailable` for what passes by itself, to be tried again.
 */
export async function readDirectory(ctx: DirectoryCtx, { syncId }: { syncId: string }): Promise<ReadOutcome> {
  const source = await begin(ctx, syncId);
  if (!source) return "over";
  try {
    const pulled = await source.read();
    for (const rows of chunks(pulledRows(pulled), perTransaction)) if (!(await keep(ctx, syncId, rows))) return "over";
    await noted(ctx, syncId, { readUsers: pulled.users.length, readGroups: pulled.groups.length, problem: null, hint: null });
    return "read";
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const told = { problem: error.message, hint: error.hint ?? null };
    if (error.code !== "unavailable") {
      await failDirectorySync(ctx, { syncId, ...told });
      return "failed";
    }
    await noted(ctx, syncId, told);
    throw error;
  }
}

function begin(ctx: DirectoryCtx, syncId: string): Promise<Source | null> {
  return transact<Source | null>(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    if (!(await lockSync(tx, ctx, syncId, ["queued", "reading"]))) return { value: null, audit: noAudit("the sync is over") };
    const source = await loadSource(tx, ctx.actor.id);
    await tx.delete(directoryPulled).where(eq(directoryPulled.syncId, syncId));
    await setSync(tx, ctx, syncId, { state: "reading", startedAt: new Date(), readUsers: 0, readGroups: 0 });
    return { value: source, audit: noAudit("reading changes nobody") };
  });
}

function keep(ctx: DirectoryCtx, syncId: string, rows: ReturnType<typeof pulledRows>): Promise<boolean> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const sync = await lockSync(tx, ctx, syncId, ["reading"]);
    if (!sync) return { value: false, audit: noAudit("the sync is over") };
    for (const statement of insertRows(directoryPulled, rows.map((row) => ({ ...row, organizationId: ctx.organizationId, syncId })))) await prepared(tx, statement);
    const users = rows.filter(({ kind }) => kind === "user").length;
    await setSync(tx, ctx, syncId, { readUsers: sync.readUsers + users, readGroups: sync.readGroups + rows.length - users });
    return { value: true, audit: noAudit("what was read, until it is compared") };
  });
}

function noted(ctx: DirectoryCtx, syncId: string, change: Parameters<typeof setSync>[3]): Promise<null> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    if (await lockSync(tx, ctx, syncId, ["reading"])) await setSync(tx, ctx, syncId, change);
    return { value: null, audit: noAudit("how far the reading is") };
  });
}
