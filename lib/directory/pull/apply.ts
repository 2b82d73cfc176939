import { and, asc, eq, inArray, or, sql } from "drizzle-orm";
import { directoryUser } from "@/db/schema/directory";
import { directoryPulled, directorySync } from "@/db/schema/directory-sync";
import { sqlState } from "@/db/error";
import type { Tx } from "@/db/tenant";
import { authorizeDirectory } from "@/lib/ability/authorize";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import type { JobEvent } from "@/lib/jobs/events";
import { log } from "@/lib/log";
import { type Change, read, transact } from "@/lib/transact";
import { keepingAdmins } from "../last-admin";
import { carryOut, type Item } from "./carry-out";
import { lockSync, setSync } from "./sync-row";

/** In one transaction. Those who wait for a row of it wait this long at most. */
const perTransaction = 25;
const perStepMs = 5_000;

type Batch = "more" | "over" | { failed: Item[] };

/**
 * Carries out what was compared, in transactions that each end with how far it is, so that a process that dies takes nothing
 * back and does nothing twice. @returns whether there is more to do.
 */
export async function applyDirectory(ctx: DirectoryCtx, { syncId }: { syncId: string }): Promise<boolean> {
  const until = Date.now() + perStepMs;
  do {
    const batch = await carryOutSome(ctx, syncId);
    if (batch === "over") return false;
    if (batch !== "more") for (const item of batch.failed) await carryOutAlone(ctx, syncId, item);
  } while (Date.now() < until);
  return true;
}

async function carryOutSome(ctx: DirectoryCtx, syncId: string): Promise<Batch> {
  let items: Item[] = [];
  try {
    return await transact<Batch>(ctx, async (tx) => {
      const sync = await open(tx, ctx, syncId);
      items = sync ? await nextItems(tx, syncId) : [];
      if (items.length === 0) return { value: "over", audit: noAudit("there is nothing left to do") };
      const all: AuditEntry[] = [];
      const send: JobEvent[] = [];
      for (const item of items) {
        const change = await carryOut(tx, ctx, item);
        all.push(...entriesOf(change));
        send.push(...(change.send ?? []));
      }
      await markDone(tx, ctx, syncId, items, 0);
      return { value: "more", audit: all.length > 0 ? all : noAudit("nothing changed"), send };
    });
  } catch (error) {
    // One of them cannot be taken, so all were undone: each by itself shows which.
    if (isRefusal(error) && items.length > 0) return { failed: items };
    throw error;
  }
}

async function carryOutAlone(ctx: DirectoryCtx, syncId: string, item: Item): Promise<void> {
  const alone = () =>
    transact(ctx, async (tx) => {
      if (!(await open(tx, ctx, syncId))) return { value: null, audit: noAudit("the sync is over") };
      const change = await carryOut(tx, ctx, item);
      await markDone(tx, ctx, syncId, [item], 0);
      return { ...change, value: null };
    });
  try {
    const userId = await userIdOf(ctx, item);
    await (userId ? keepingAdmins(userId, ctx, alone) : alone());
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const problem = error instanceof AppError ? error.message : "It contradicts something that is here.";
    log.info({ directoryId: ctx.actor.id, syncId, externalId: item.externalId, problem }, "one entry of a directory could not be taken");
    await transact(ctx, async (tx) => {
      if (await open(tx, ctx, syncId)) {
        await tx.update(directoryPulled).set({ problem: `${nameOf(item)}: ${problem}`.slice(0, 500) }).where(itemIs(syncId, item));
        await markDone(tx, ctx, syncId, [item], 1);
      }
      return { value: null, audit: noAudit("told when the sync ends") };
    });
  }
}

async function open(tx: Tx, ctx: DirectoryCtx, syncId: string) {
  for (const action of ["invite", "update_role", "remove"] as const) authorizeDirectory(tx, ctx, action);
  return lockSync(tx, ctx, syncId, ["applying"]);
}

function nextItems(tx: Tx, syncId: string): Promise<Item[]> {
  const { kind, externalId, record, op, rank } = directoryPulled;
  return tx.select({ kind, externalId, record, op }).from(directoryPulled).where(and(eq(directoryPulled.syncId, syncId), eq(directoryPulled.done, false))).orderBy(asc(rank), asc(externalId)).limit(perTransaction);
}

async function markDone(tx: Tx, ctx: DirectoryCtx, syncId: string, items: readonly Item[], failed: number): Promise<void> {
  const of = (kind: Item["kind"]) => items.filter((item) => item.kind === kind).map(({ externalId }) => externalId);
  const these = or(...(["user", "group"] as const).map((kind) => and(eq(directoryPulled.kind, kind), inArray(directoryPulled.externalId, of(kind)))));
  await tx.update(directoryPulled).set({ done: true }).where(and(eq(directoryPulled.syncId, syncId), these));
  await tx.update(directorySync).set({ stepsDone: sql`${directorySync.stepsDone} + ${items.length}`, stepsFailed: sql`${directorySync.stepsFailed} + ${failed}` }).where(eq(directorySync.id, syncId));
  await setSync(tx, ctx, syncId, { state: "applying" });
}

const itemIs = (syncId: string, { kind, externalId }: Item) => and(eq(directoryPulled.syncId, syncId), eq(directoryPulled.kind, kind), eq(directoryPulled.externalId, externalId));

/** Null for a group, and for somebody who is new. */
async function userIdOf(ctx: DirectoryCtx, { kind, externalId }: Item): Promise<string | null> {
  if (kind === "group") return null;
  return read(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const [row] = await tx.select({ id: directoryUser.id }).from(directoryUser).where(and(eq(directoryUser.directoryId, ctx.actor.id), eq(directoryUser.externalId, externalId)));
    return row?.id ?? null;
  });
}

function nameOf({ externalId, record }: Item): string {
  const { displayName, userName } = (record ?? {}) as { displayName?: string; userName?: string };
  return displayName ?? userName ?? externalId;
}

function entriesOf({ audit }: Change<unknown>): readonly AuditEntry[] {
  if ("reason" in audit) return [];
  return Array.isArray(audit) ? (audit as readonly AuditEntry[]) : [audit as AuditEntry];
}

/** What one entry's own content brings about, and waiting does not mend. */
function isRefusal(error: unknown): boolean {
  return (error instanceof AppError && !["unavailable", "forbidden", "unauthenticated"].includes(error.code)) || sqlState(error)?.startsWith("23") === true;
}
