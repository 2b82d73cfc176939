import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const Action = z.object({
  id: z.uuid(),
  status: z.string(),
  digest: z.string(),
  approvalId: z.uuid().nullable(),
  runId: z.uuid().nullable(),
});
export type Action = z.infer<typeof Action>;

/** An agent's side of the public API. Each call is one that must succeed: anything else ends the story with an error. */
export class Agent {
  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  submit(body: { tool: string; arguments: Record<string, unknown>; estimatedCostMicros: number }): Promise<Action> {
    return this.#call("POST", "/actions", body, { "idempotency-key": randomUUID() });
  }

  async carryOut(action: Action): Promise<Action> {
    await this.#call("POST", `/actions/${action.id}/grant`, {});
    return this.#call("POST", `/actions/${action.id}/outcome`, { status: "succeeded", costMicros: 1 });
  }

  /** Asks until the action is over. */
  async ended(action: Action, withinMs: number): Promise<Action> {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(250)) {
      const now = await this.#call("GET", `/actions/${action.id}`);
      if (["succeeded", "failed", "rejected", "expired", "cancelled"].includes(now.status)) return now;
    }
    throw new Error(`action ${action.id} has not ended within ${withinMs / 1000} s`);
  }

  async #call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Action> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.apiKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`);
    return Action.parse(JSON.parse(text));
  }
}
