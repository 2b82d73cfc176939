import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** How long a correct client goes on trying. Far longer than any part is away. */
export const PATIENCE_MS = 300_000;
const PAUSE_MS = 100;

const Action = z.object({
  id: z.uuid(),
  status: z.string(),
  digest: z.string(),
  decision: z.object({ outcome: z.string(), rule: z.string() }),
  actualCostMicros: z.number().nullable(),
  approvalId: z.uuid().nullable(),
  runId: z.uuid().nullable(),
});
export type Action = z.infer<typeof Action>;

const Run = z.object({ id: z.uuid(), status: z.string(), reason: z.string(), costMicros: z.number().nullable() });

/** An answer that counts: the portal took the request, or refused it for good. `unsure`: an earlier try may have been taken. */
type Answer = { status: number; text: string; unsure: boolean };

export type Submission = { tool: string; estimatedCostMicros: number; arguments?: Record<string, unknown>; purpose?: string };

/**
 * An agent as a correct client of the public API: what was not answered is asked again, with the same idempotency key,
 * until it is answered. Nothing is believed that was not answered.
 */
export class Agent {
  constructor(
    readonly url: string,
    readonly apiKey: string,
  ) {}

  /** The portal's decision; a denial is a decision too. */
  async submit(body: Submission, key: string): Promise<Action> {
    const answer = await this.#ask("POST", "/api/v1/actions", body, { "idempotency-key": key });
    const json: unknown = JSON.parse(answer.text);
    if (answer.status === 402 || answer.status === 403) return z.object({ action: Action }).parse(json).action;
    if (answer.status !== 200 && answer.status !== 201) throw unexpected("submit", answer);
    return Action.parse(json);
  }

  async get(id: string): Promise<Action> {
    return this.#action(await this.#ask("GET", `/api/v1/actions/${id}`));
  }

  /** Resolves once the action has been decided, or is over. */
  async wait(id: string, until: "decision" | "end"): Promise<Action> {
    const over = (action: Action) => (until === "decision" ? action.status !== "pending_approval" : isOver(action));
    for (const deadline = Date.now() + PATIENCE_MS; ; ) {
      const action = this.#action(await this.#ask("GET", `/api/v1/actions/${id}/wait?for=${until}&timeoutSeconds=10`));
      if (over(action)) return action;
      if (Date.now() > deadline) throw new Error(`the action ${id} is ${action.status} and stays so`);
    }
  }

  /** `unsure`: it is taken, perhaps by a try of this caller of which no answer came. */
  async takeGrant(id: string): Promise<"taken" | "refused" | "unsure"> {
    const answer = await this.#ask("POST", `/api/v1/actions/${id}/grant`, {});
    if (answer.status === 200) return "taken";
    if (answer.status === 409) return answer.unsure ? "unsure" : "refused";
    throw unexpected("grant", answer);
  }

  async report(id: string, costMicros: number): Promise<void> {
    const answer = await this.#ask("POST", `/api/v1/actions/${id}/outcome`, { status: "succeeded", costMicros });
    if (answer.status === 200) return;
    if (answer.status === 409 && answer.unsure && (await this.get(id)).actualCostMicros === costMicros) return;
    throw unexpected("outcome", answer);
  }

  async cancel(id: string): Promise<Action> {
    const answer = await this.#ask("POST", `/api/v1/actions/${id}/cancel`, {});
    return answer.status === 409 ? this.get(id) : this.#action(answer);
  }

  async run(id: string): Promise<z.infer<typeof Run>> {
    return Run.parse(JSON.parse((await this.#ask("GET", `/api/v1/runs/${id}`)).text));
  }

  async output(runId: string): Promise<string> {
    return (await this.#ask("GET", `/api/v1/runs/${runId}/output?stream=stdout&from=0`)).text;
  }

  async file(runId: string, name: string): Promise<string> {
    return (await this.#ask("GET", `/api/v1/runs/${runId}/files/${name}`)).text;
  }

  #action(answer: Answer): Action {
    if (answer.status !== 200) throw unexpected("action", answer);
    return Action.parse(JSON.parse(answer.text));
  }

  async #ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const init = {
      method,
      headers: { authorization: `Bearer ${this.apiKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    return askAgain(() => fetch(new URL(path, this.url), { ...init, signal: AbortSignal.timeout(30_000) }));
  }
}

export function isOver({ status }: Action): boolean {
  return !["pending_approval", "allowed", "running"].includes(status);
}

/** Asks until there is an answer that is not the server's trouble (5xx) or haste (429). */
export async function askAgain(ask: () => Promise<Response>): Promise<Answer> {
  let unsure = false;
  let last = "";
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
    try {
      const response = await ask();
      const text = await response.text();
      if (response.status < 500 && response.status !== 429) return { status: response.status, text, unsure };
      last = `${response.status} ${text.slice(0, 300)}`;
    } catch (error) {
      last = error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}` : String(error);
    }
    unsure = true;
  }
  throw new Error(`no answer within ${PATIENCE_MS / 1000} s; the last: ${last}`);
}

function unexpected(what: string, { status, text }: Answer): Error {
  return new Error(`${what} was answered with ${status}: ${text.slice(0, 500)}`);
}
