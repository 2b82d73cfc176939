import { getAction } from "@/lib/actions/get";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { waitFor } from "@/lib/live/wait-for";

/** Of one agent, so that none takes the places of those who watch the portal. */
export const maxWaitsPerAgent = 50;
const waiting = new Map<string, number>();

/**
 * Waits until the action is decided or over, or the time has passed.
 * @throws AppError `not_found` when it is not the agent's; `rate_limited` when the agent waits too often already.
 */
export async function waitForAction(
  ctx: AgentCtx,
  { id, timeoutSeconds, for: until }: { id: string; timeoutSeconds: number; for: "decision" | "end" },
  signal: AbortSignal,
): Promise<void> {
  const held = waiting.get(ctx.actor.id) ?? 0;
  if (held >= maxWaitsPerAgent) {
    throw new AppError("rate_limited", `This agent waits ${maxWaitsPerAgent} times at once already.`, { hint: "Wait for fewer actions at a time.", retryAfterSeconds: 5 });
  }
  waiting.set(ctx.actor.id, held + 1);
  try {
    await waitFor(ctx.organizationId, `action:${id}`, {
      until: async () => {
        const action = await getAction(ctx, { id });
        return until === "end" ? action.endedAt !== null : action.status !== "pending_approval";
      },
      timeoutMs: timeoutSeconds * 1000,
      signal,
    });
  } finally {
    const left = (waiting.get(ctx.actor.id) ?? 1) - 1;
    if (left > 0) waiting.set(ctx.actor.id, left);
    else waiting.delete(ctx.actor.id);
  }
}
