import { eq } from "drizzle-orm";
import { session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { abilityOfPerson } from "@/lib/ability/define";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { mayLockAnything } from "./authorize-lock";
import type { Lockable } from "./target";

/** Why the caller would lock themselves out by this; null: they would not. */
export async function ownLockOut(tx: Tx, ctx: PersonCtx, { kind, target }: Lockable): Promise<string | null> {
  const { id, roles, sessionId } = ctx.actor;
  if (kind === "person" && target === id) return "You cannot lock yourself out: nobody but another admin could let you in again.";
  if (kind === "role" && !mayLockAnything({ ability: abilityOfPerson(roles.filter(({ role }) => role !== target)) })) {
    return "You cannot lock the role that you act by: without it you could not lift the lock.";
  }
  if (kind !== "device") return null;
  const [own] = await tx.select({ deviceId: session.deviceId }).from(session).where(eq(session.id, sessionId));
  return own?.deviceId === target ? "You cannot lock the browser that you sit at: it would end your own session." : null;
}

/** @throws AppError `conflict`. */
export async function refuseOwnLockOut(tx: Tx, ctx: PersonCtx, of: Lockable): Promise<void> {
  const why = await ownLockOut(tx, ctx, of);
  if (why) throw conflict(why, "Another admin can, if it must be.");
}
