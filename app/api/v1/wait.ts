import { getAction } from "@/lib/actions/get";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { waitFor } from "@/lib/live/wait-for";
import { takeWait } from "./places";

/**
 * Waits until the action is decided or narrowed, may begin, or is over, or the time has passed.
 * @throws AppError `not_found` when it is not the agent's; `rate_limited` when the agent waits too often already.
 */
export async function waitForAction(
  ctx: AgentCtx,
  { id, timeoutSeconds, for: until }: { id: string; timeoutSeconds: number; for: "decision" | "turn" | "end" },
  signal: AbortSignal,
): Promise<void> {
  const giveBack = takeWait(ctx.actor.id);
  try {
    await waitFor(ctx.organizationId, until === "turn" ? `tasks:${ctx.actor.id}` : `action:${id}`, {
      until: async () => {
        const action = await getAction(ctx, { id });
        if (until === "turn") return action.queue === null || action.queue.running + action.queue.position <= action.queue.limit;
        return until === "end" ? action.endedAt !== null : action.status !== "pending_approval" || action.narrowing !== null;
      },
      timeoutMs: timeoutSeconds * 1000,
      signal,
    });
  } finally {
    giveBack();
  }
}
