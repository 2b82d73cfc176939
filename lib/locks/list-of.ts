import { and, eq, inArray, or } from "drizzle-orm";
import { lock, type LockKind } from "@/db/schema/lock";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { selectLocks, visibleLocks, withState, type LockRow } from "./list";
import { mayLift } from "./load";
import { lockInForce } from "./where-in-force";

export type LockNote = Pick<LockRow, "id" | "kind" | "target" | "name" | "message" | "placedBy" | "createdAt" | "until"> & { mayLook: boolean; mayLift: boolean };

const mostOf = 200;

/**
 * The locks in force on what a page shows, to be said there. Of agents and what is theirs they are told to all who see the
 * agents, without the reason, which is for who may look at the lock itself.
 */
export async function listLocksOf(ctx: PersonCtx, { of }: { of: readonly { kind: LockKind; target: string }[] }): Promise<LockNote[]> {
  if (of.length === 0) return [];
  return read(ctx, async (tx) => {
    const these = or(...[...new Set(of.map(({ kind }) => kind))].map((kind) => and(eq(lock.kind, kind), inArray(lock.target, of.filter((one) => one.kind === kind).map(({ target }) => target)))));
    const whole = visibleLocks(tx, ctx);
    const looked = new Set((await tx.select({ id: lock.id }).from(lock).where(and(these, lockInForce(), whole)).limit(mostOf)).map(({ id }) => id));
    const rows = await selectLocks(tx, and(these, lockInForce(), or(whole, whereAllowed(tx, ctx, "agents", "read", { workspaceId: lock.workspaceId })))).limit(mostOf);
    return rows.map(withState).map(({ id, kind, target, name, message, placedBy, createdAt, until, ...row }) => ({
      id, kind, target, name, message, placedBy, createdAt, until, mayLook: looked.has(id), mayLift: mayLift(ctx, row),
    }));
  });
}
