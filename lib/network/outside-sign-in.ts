import { authorize } from "@/lib/ability/authorize";
import { NotAdmitted } from "@/lib/auth/not-admitted";
import type { Ctx } from "@/lib/ctx/ctx";
import type { AppError } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { nameOf, outside } from "./refuse";
import type { Verdict } from "./rule";

/**
 * Somebody proved who they are from where their organization lets nobody in. Who showed a password alone reads the same as
 * for a wrong one, so that a stolen one is not confirmed; who showed more is told.
 */
export class OutsideNetwork extends NotAdmitted {
  constructor(
    private readonly ctx: Ctx,
    private readonly who: { id: string; email: string },
    private readonly verdict: Verdict,
  ) {
    super("the address is not allowed");
  }

  override async record(): Promise<boolean> {
    const { ctx, who, verdict } = this;
    await transact(ctx, async (tx) => {
      authorize(tx, ctx, "sessions", "view", { workspaceId: null });
      const details = { reason: "network", why: verdict.by, country: verdict.country };
      return { value: null, audit: { action: "sessions.sign_in_refused", resource: { type: "person", id: who.id, name: who.email }, details, outcome: "blocked" } };
    });
    return true;
  }

  async told(): Promise<AppError> {
    return outside(this.ctx.ip, await nameOf(this.ctx.organizationId), true);
  }
}
