import { AppError } from "@/lib/errors";

/** Of one agent, so that none takes the places of those who watch the portal. */
export const maxWaitsPerAgent = 50;
const waiting = new Map<string, number>();

/**
 * One agent's place among those who wait for something, by a long call or a stream. Gives the function that gives it back.
 * @throws AppError `rate_limited` when the agent waits too often already.
 */
export function takeWait(agentId: string): () => void {
  const held = waiting.get(agentId) ?? 0;
  if (held >= maxWaitsPerAgent) {
    throw new AppError("rate_limited", `This agent waits ${maxWaitsPerAgent} times at once already.`, { hint: "Wait for fewer actions at a time.", retryAfterSeconds: 5 });
  }
  waiting.set(agentId, held + 1);
  let given = true;
  return () => {
    if (!given) return;
    given = false;
    const left = (waiting.get(agentId) ?? 1) - 1;
    if (left > 0) waiting.set(agentId, left);
    else waiting.delete(agentId);
  };
}
