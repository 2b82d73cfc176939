import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { authorizeLock } from "./authorize-lock";
import { effectsOf } from "./effects";
import { ownLockOut } from "./guard";
import type { LockTarget } from "./input";
import { findLockable } from "./target";

/**
 * What a lock would stop if it were placed now, for whoever may place it, and why it would be refused, if it would.
 * @throws AppError `not_found`, `forbidden`.
 */
export async function previewLock(ctx: PersonCtx, input: LockTarget) {
  return read(ctx, async (tx) => {
    const of = await findLockable(tx, input);
    if (!of) {
      authorizeAnywhere(tx, ctx, "approvals", "decide");
      throw notFound(input.kind);
    }
    await authorizeLock(tx, ctx, of);
    return { ...of, lines: await effectsOf(tx, of), refusal: await ownLockOut(tx, ctx, of) };
  });
}
