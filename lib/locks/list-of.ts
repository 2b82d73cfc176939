import { and, eq, inArray, or, sql } from "drizzle-orm";
import { lock, type LockKind } from "@/db/schema/lock";
import type { Tx } from "@/db/tenant";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { agentsAbove } from "@/lib/spawn/family";
import { read } from "@/lib/transact";
import { selectLocks, visibleLocks, withState, type LockRow } from "./list";
import { mayLift } from "./load";
import { lockInForce } from "./where-in-force";

export type LockNote = Pick<LockRow, "id" | "kind" | "target" | "name" | "message" | "placedBy" | "createdAt" | "until"> & { mayLook: boolean; mayLift: boolean };

const mostOf = 200;

type Shown = { kind: LockKind; target: string };

/**
 * The locks in force on what a page shows, to be said there. Of agents and what is theirs they are told to all who see the
 * agents, without the reason, which is for who may look at the lock itself.
 */
export async function listLocksOf(ctx: PersonCtx, { of: shown }: { of: readonly Shown[] }): Promise<LockNote[]> {
  if (shown.length === 0) return [];
  return read(ctx, async (tx) => {
    const of = [...shown, ...(await above(tx, shown))];
    const these = or(...[...new Set(of.map(({ kind }) => kind))].map((kind) => and(eq(lock.kind, kind), inArray(lock.target, of.filter((one) => one.kind === kind).map(({ target }) => target)))));
    const whole = visibleLocks(tx, ctx);
    const looked = new Set((await tx.select({ id: lock.id }).from(lock).where(and(these, lockInForce(), whole)).limit(mostOf)).map(({ id }) => id));
    const rows = await selectLocks(tx, and(these, lockInForce(), or(whole, whereAllowed(tx, ctx, "agents", "read", { workspaceId: lock.workspaceId })))).limit(mostOf);
    return rows.map(withState).map(({ id, kind, target, name, message, placedBy, createdAt, until, ...row }) => ({
      id, kind, target, name, message, placedBy, createdAt, until, mayLook: looked.has(id), mayLift: mayLift(ctx, row),
    }));
  });
}

/** The agents above those that are shown: a lock on one of them stops these too. */
async function above(tx: Tx, shown: readonly Shown[]): Promise<Shown[]> {
  const ids = shown.flatMap(({ kind, target }) => (kind === "agent" ? [target] : []));
  if (ids.length === 0) return [];
  const rows = await tx.execute<{ target: string }>(sql`select distinct up.id as target from agent a, lateral ${sql.raw(agentsAbove("a"))} where a.id = any(${sql.param(ids)}::uuid[])`);
  return rows.map(({ target }) => ({ kind: "agent", target }));
}
