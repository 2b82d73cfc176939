import { and, eq, inArray, isNull, or, sql, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { lock, lockKinds } from "@/db/schema/lock";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";
import { lockInForce } from "./where-in-force";

export const lockStates = ["in_force", "lifted", "over"] as const;
export type LockState = (typeof lockStates)[number];

export type LockRow = Awaited<ReturnType<typeof selectLocks>>[number] & { state: LockState };
export type LockFilter = PageRequest & { states?: readonly string[]; kinds?: readonly string[] };

/** Locks that the caller may see, the newest first: those of the organization, or of workspaces where they decide requests. */
export async function listLocks(ctx: PersonCtx, filter: LockFilter = {}): Promise<Page<LockRow>> {
  return read(ctx, async (tx) => {
    const seen = visibleLocks(tx, ctx);
    const kinds = lockKinds.filter((kind) => filter.kinds?.includes(kind));
    const page = await keysetPage(
      { column: lock.createdAt, id: lock.id, direction: "desc" },
      filter,
      ({ where, orderBy, limit }) =>
        selectLocks(tx, and(seen, where, inStates(filter.states), kinds.length > 0 ? inArray(lock.kind, kinds) : undefined)).orderBy(...orderBy).limit(limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
    return { ...page, rows: page.rows.map(withState) };
  });
}

/** The locks that a page may show at all. */
export function visibleLocks(tx: Tx, ctx: PersonCtx): SQL | undefined {
  const columns = { workspaceId: lock.workspaceId };
  return or(whereAllowed(tx, ctx, "settings", "read", columns), whereAllowed(tx, ctx, "approvals", "decide", columns));
}

const lifter = alias(person, "lifter");

export function selectLocks(tx: Tx, where: SQL | undefined) {
  return tx
    .select({
      id: lock.id, kind: lock.kind, target: lock.target, workspaceId: lock.workspaceId, name: lock.name, message: lock.message, reason: lock.reason,
      byOrganization: lock.byOrganization, placedBy: person.name, createdAt: lock.createdAt, until: lock.until, endedAt: lock.endedAt, endedBy: lifter.name,
      endReason: lock.endReason, receipt: lock.receipt, isOver: sql<boolean>`coalesce(${lock.until} <= now(), false)`,
    })
    .from(lock)
    .innerJoin(person, eq(person.id, lock.placedBy))
    .leftJoin(lifter, eq(lifter.id, lock.endedBy))
    .where(where)
    .$dynamic();
}

export function withState<Row extends { endedBy: string | null; endedAt: Date | null; isOver: boolean }>(row: Row): Row & { state: LockState } {
  return { ...row, state: row.endedBy !== null ? "lifted" : row.endedAt !== null || row.isOver ? "over" : "in_force" };
}

function inStates(states: readonly string[] | undefined): SQL | undefined {
  if (!states || states.length === 0) return undefined;
  const conditions: Record<LockState, SQL | undefined> = {
    in_force: lockInForce(),
    lifted: sql`${lock.endedBy} is not null`,
    over: and(isNull(lock.endedBy), sql`(${lock.endedAt} is not null or ${lock.until} <= now())`),
  };
  return or(...lockStates.filter((state) => states.includes(state)).map((state) => conditions[state])) ?? sql`false`;
}
