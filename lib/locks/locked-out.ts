import { authorize } from "@/lib/ability/authorize";
import { NotAdmitted } from "@/lib/auth/not-admitted";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { locked, type StandingLock } from "./standing";

/** Somebody who proved who they are is locked: unlike whoever guesses, they are told so, once the refusal is recorded. */
export class LockedOut extends NotAdmitted {
  constructor(
    private readonly ctx: Ctx,
    private readonly who: { id: string; email: string },
    private readonly lock: StandingLock,
  ) {
    super("locked");
  }

  /** @throws AppError `locked`, always. */
  override async record(): Promise<boolean> {
    const { ctx, who, lock: { kind } } = this;
    await transact(ctx, async (tx) => {
      authorize(tx, ctx, "sessions", "view", { workspaceId: null });
      const resource = { type: "person", id: who.id, name: who.email };
      return { value: null, audit: { action: "sessions.sign_in_refused", resource, details: { reason: "locked", lock: kind }, outcome: "blocked" } };
    });
    throw locked(this.lock);
  }
}
