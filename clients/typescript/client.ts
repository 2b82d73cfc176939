import { Narrowed, NotApproved, StillWaiting } from "./errors.js";
import { type ClientOptions, Http } from "./http.js";
import { readEvents } from "./read-events.js";
import type { Action, ActionPage, AskForBudget, AskForChild, AskForLease, BatchAction, BatchAnswer, BatchResult, BudgetRequest, ChildKey, LeaseRequest, Narrowing, Outcome, Run, RunFiles, Self, SpawnRequest, SubmitAction } from "./types.js";

export { CountersignError, Narrowed, NotApproved, Refused, StillWaiting } from "./errors.js";
export type { ClientOptions } from "./http.js";
export type * from "./types.js";

/** `idempotencyKey`: the same one for the same piece of work, also after a restart, so that it is decided once. Left out, a new one. */
export type SubmitOptions = { idempotencyKey?: string; signal?: AbortSignal };
/** `timeoutMs`: how long to wait for a person, in milliseconds; left out, as long as it takes. */
export type WaitOptions = { timeoutMs?: number; signal?: AbortSignal };

/** What was done, what it cost and what is to be said of it. */
export type Performed<T> = { value: T; costMicros: number; tokens?: number; summary?: string; outputSha256?: string };

const longestWaitSeconds = 60;

/**
 * An agent's line to Countersign: it says what it is about to do, gets the decision with the rule that made it, waits for
 * a person where one is asked, does it, and reports how it ended.
 */
export class Countersign {
  readonly #http: Http;

  constructor(options: ClientOptions = {}) {
    this.#http = new Http(options);
  }

  /** The agent behind the key. */
  me(): Promise<Self> {
    return this.#http.json("GET", "/me");
  }

  /**
   * Says what the agent is about to do. The action that comes back is `allowed` or `pending_approval`.
   * @throws Refused when a rule denies it.
   */
  submit(action: SubmitAction, { idempotencyKey = crypto.randomUUID(), signal }: SubmitOptions = {}): Promise<Action> {
    return this.#http.json("POST", "/actions", { body: action, headers: { "idempotency-key": idempotencyKey }, signal });
  }

  /** Up to a hundred at once; each has its own answer, in the order in which they were sent. */
  async submitBatch(actions: readonly BatchAction[]): Promise<BatchResult[]> {
    return (await this.#http.json<BatchAnswer>("POST", "/actions/batches", { body: { actions } })).results;
  }

  get(id: string): Promise<Action> {
    return this.#http.json("GET", `/actions/${encodeURIComponent(id)}`);
  }

  /** The agent's own actions, newest first; pass `next` on as `after`. */
  list(query: { status?: Action["status"]; after?: string; size?: number } = {}): Promise<ActionPage> {
    return this.#http.json("GET", "/actions", { query });
  }

  /**
   * Waits until the action is decided; at once where nobody is asked.
   * @throws NotApproved when a person said no or nobody decided in time; Narrowed when one offers less; StillWaiting when
   * `timeoutMs` is over.
   */
  async waitForDecision(id: string, options: WaitOptions = {}): Promise<Action> {
    const action = await this.#wait(id, "decision", options);
    if (action.status === "pending_approval") throw new Narrowed(action);
    if (action.status === "rejected" || action.status === "expired" || action.status === "cancelled" || action.status === "denied") throw new NotApproved(action);
    return action;
  }

  /** Waits until the action is over. @throws StillWaiting when `timeoutMs` is over. */
  waitForEnd(id: string, options: WaitOptions = {}): Promise<Action> {
    return this.#wait(id, "end", options);
  }

  async #wait(id: string, until: "decision" | "end", { timeoutMs = Infinity, signal }: WaitOptions): Promise<Action> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const timeoutSeconds = Math.max(0, Math.min(longestWaitSeconds, Math.ceil((deadline - Date.now()) / 1000)));
      const action = await this.#http.json<Action>("GET", `/actions/${encodeURIComponent(id)}/wait`, { query: { for: until, timeoutSeconds }, extraMs: timeoutSeconds * 1000, signal });
      const decided = action.status !== "pending_approval" || action.narrowing !== null;
      if (until === "end" ? action.endedAt !== null : decided) return action;
      if (Date.now() >= deadline) throw new StillWaiting(id);
    }
  }

  /** The action each time its status changes, until it is over, whatever happens to the connection. */
  async *events(id: string, signal?: AbortSignal): AsyncGenerator<Action> {
    yield* readEvents(this.#http, id, signal);
  }

  /**
   * Takes the single-use right to carry the action out, right before doing so. Where others of this agent go first, it
   * waits for its turn. @throws StillWaiting when `timeoutMs` is over.
   */
  async takeGrant(id: string, { timeoutMs = Infinity, signal }: WaitOptions = {}): Promise<Action> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const action = await this.#http.json<Action>("POST", `/actions/${encodeURIComponent(id)}/grant`, { once: true, signal });
      if (action.status === "running") return action;
      if (Date.now() >= deadline) throw new StillWaiting(id);
      const timeoutSeconds = Math.max(0, Math.min(longestWaitSeconds, Math.ceil((deadline - Date.now()) / 1000)));
      await this.#http.json("GET", `/actions/${encodeURIComponent(id)}/wait`, { query: { for: "turn", timeoutSeconds }, extraMs: timeoutSeconds * 1000, signal });
    }
  }

  /** Says how it ended and what it really cost. The same report again is answered the same. */
  reportOutcome(id: string, outcome: Outcome): Promise<Action> {
    return this.#http.json("POST", `/actions/${encodeURIComponent(id)}/outcome`, { body: outcome });
  }

  /** What a person would approve instead, whole. */
  narrowing(id: string): Promise<Narrowing> {
    return this.#http.json("GET", `/actions/${encodeURIComponent(id)}/narrowing`);
  }

  /** The action becomes exactly what was offered, and is approved. */
  acceptNarrowing(id: string, digest: string): Promise<Action> {
    return this.#http.json("POST", `/actions/${encodeURIComponent(id)}/accept`, { body: { digest } });
  }

  /** The action waits again as it was asked. */
  declineNarrowing(id: string, digest: string, reason = ""): Promise<Action> {
    return this.#http.json("POST", `/actions/${encodeURIComponent(id)}/decline`, { body: { digest, reason }, once: true });
  }

  /** Withdraws what has not begun. */
  cancel(id: string): Promise<Action> {
    return this.#http.json("POST", `/actions/${encodeURIComponent(id)}/cancel`);
  }

  /**
   * The whole way of a tool that the agent carries out itself: submit, wait for a person where one is asked, take the
   * grant, `perform`, report. When `perform` throws, the action is reported as failed at its estimated cost.
   * @throws Refused, NotApproved, Narrowed, StillWaiting, and whatever `perform` throws.
   */
  async run<T>(action: SubmitAction, perform: (allowed: Action) => Promise<Performed<T>>, options: SubmitOptions & WaitOptions = {}): Promise<T> {
    const submitted = await this.submit(action, options);
    const allowed = await this.waitForDecision(submitted.id, options);
    const granted = await this.takeGrant(allowed.id, options);
    let done: Performed<T>;
    try {
      done = await perform(granted);
    } catch (error) {
      const summary = error instanceof Error ? error.message.slice(0, 2000) : "It failed.";
      await this.reportOutcome(granted.id, { status: "failed", costMicros: action.estimatedCostMicros, summary });
      throw error;
    }
    const { value, ...outcome } = done;
    await this.reportOutcome(granted.id, { status: "succeeded", ...outcome });
    return value;
  }

  /** A `sandbox.*` action, which the portal carries out: its end, and what the program wrote. */
  async runInSandbox(action: SubmitAction, options: SubmitOptions & WaitOptions = {}): Promise<{ action: Action; run: Run; stdout: string }> {
    const submitted = await this.submit(action, options);
    await this.waitForDecision(submitted.id, options);
    const ended = await this.waitForEnd(submitted.id, options);
    if (!ended.runId) throw new TypeError(`${action.tool} does not run in the sandbox; use run().`);
    const [run, stdout] = [await this.getRun(ended.runId), await this.output(ended.runId)];
    return { action: ended, run, stdout };
  }

  getRun(id: string): Promise<Run> {
    return this.#http.json("GET", `/runs/${encodeURIComponent(id)}`);
  }

  async output(runId: string, stream: "stdout" | "stderr" = "stdout"): Promise<string> {
    return (await this.#http.send("GET", `/runs/${encodeURIComponent(runId)}/output`, { query: { stream } })).text();
  }

  async files(runId: string): Promise<RunFiles["files"]> {
    return (await this.#http.json<RunFiles>("GET", `/runs/${encodeURIComponent(runId)}/files`)).files;
  }

  async file(runId: string, name: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#http.send("GET", `/runs/${encodeURIComponent(runId)}/files/${encodeURIComponent(name)}`)).arrayBuffer());
  }

  /** Asks a person for more money in the budget that refused. */
  askForBudget(request: AskForBudget): Promise<BudgetRequest> {
    return this.#http.json("POST", "/budget-requests", { body: request, once: true });
  }

  getBudgetRequest(id: string): Promise<BudgetRequest> {
    return this.#http.json("GET", `/budget-requests/${encodeURIComponent(id)}`);
  }

  /** Asks a person for a child agent. @throws Refused with `problem.exceeds` when it would have more than its parent. */
  askForChild(request: AskForChild, { idempotencyKey = crypto.randomUUID(), signal }: SubmitOptions = {}): Promise<SpawnRequest> {
    return this.#http.json("POST", "/spawn-requests", { body: request, headers: { "idempotency-key": idempotencyKey }, signal });
  }

  /** Waits until a person has decided. @throws StillWaiting when `timeoutMs` is over. */
  async waitForChild(id: string, { timeoutMs = Infinity, signal }: WaitOptions = {}): Promise<SpawnRequest> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const timeoutSeconds = Math.max(0, Math.min(longestWaitSeconds, Math.ceil((deadline - Date.now()) / 1000)));
      const request = await this.#http.json<SpawnRequest>("GET", `/spawn-requests/${encodeURIComponent(id)}/wait`, { query: { timeoutSeconds }, extraMs: timeoutSeconds * 1000, signal });
      if (request.status !== "pending") return request;
      if (Date.now() >= deadline) throw new StillWaiting(id);
    }
  }

  /** Withdraws a request for a child that nobody has decided yet. */
  withdrawChild(id: string): Promise<SpawnRequest> {
    return this.#http.json("POST", `/spawn-requests/${encodeURIComponent(id)}/cancel`);
  }

  /** Asks a person for a temporary exception; once it is approved, send its token as `lease` with what it covers. */
  askForLease(request: AskForLease): Promise<LeaseRequest> {
    return this.#http.json("POST", "/lease-requests", { body: request, once: true });
  }

  getLeaseRequest(id: string): Promise<LeaseRequest> {
    return this.#http.json("GET", `/lease-requests/${encodeURIComponent(id)}`);
  }

  /** The child's key, which is given once. */
  claimChild(id: string): Promise<ChildKey> {
    return this.#http.json("POST", `/spawn-requests/${encodeURIComponent(id)}/claim`, { once: true });
  }
}
