import { recordEvent } from "@/lib/audit/record";
import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";

type Asked = { kind: "budget" | "access"; amountMicros: number; reason: string };

/** Makes a request of people. Where a rule refuses it before anybody is asked, the audit keeps that, as it keeps a denied action. */
export async function recordingRefusal<T>(ctx: PersonCtx | AgentCtx, { kind, amountMicros, reason }: Asked, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof AppError && typeof error.extensions.rule === "string") {
      const { actor } = ctx;
      await recordEvent(ctx, {
        action: "approvals.refused",
        resource: { type: actor.kind, id: actor.id, name: actor.name, workspaceId: actor.kind === "agent" ? actor.workspaceId : null },
        details: { kind, amountMicros, reason, rule: error.extensions.rule, message: error.message },
        outcome: "blocked",
      });
    }
    throw error;
  }
}
