import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { lock } from "@/db/schema/lock";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { mayLock, mayLockAnything } from "./authorize-lock";
import { selectLocks, visibleLocks, withState, type LockRow } from "./list";

export const LoadLockInput = z.strictObject({ id: z.uuid() });
export type LoadLockInput = z.infer<typeof LoadLockInput>;

/** One lock with its receipt, and whether the caller may lift it. @throws AppError `not_found`. */
export async function loadLock(ctx: PersonCtx, { id }: LoadLockInput): Promise<LockRow & { mayLift: boolean }> {
  return read(ctx, async (tx) => {
    const [found] = await selectLocks(tx, and(eq(lock.id, id), visibleLocks(tx, ctx)));
    if (!found) throw notFound("lock");
    const row = withState(found);
    return { ...row, mayLift: row.state === "in_force" && mayLift(ctx, row) };
  });
}

/** For what is offered; `liftLock` decides. */
export function mayLift(ctx: PersonCtx, row: Pick<LockRow, "workspaceId" | "byOrganization">): boolean {
  return row.byOrganization ? mayLockAnything(ctx) : mayLock(ctx, row);
}
