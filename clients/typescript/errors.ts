import type { Action, Problem } from "./types.js";

/** Every answer that is no success, with what the portal says of it (RFC 9457). */
export class CountersignError extends Error {
  override readonly name: string = "CountersignError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.hint ? `${problem.detail} ${problem.hint}` : problem.detail);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The last part of the problem's type, such as `policy_denied`. */
  get code(): string {
    return this.problem.type.split(":").at(-1) ?? "internal";
  }

  /** Name it when you ask for help. */
  get requestId(): string {
    return this.problem.requestId;
  }
}

/** A rule refused it: which, who answers for it, and how to ask for what was refused. */
export class Refused extends CountersignError {
  override readonly name = "Refused";

  get rule(): string {
    return this.problem.rule ?? this.code;
  }

  get owner(): string {
    return this.problem.owner?.name ?? "the agent's owner";
  }

  get howToAsk(): { text: string; page: string } | undefined {
    return this.problem.howToAsk;
  }

  /** The action as it was stored, denied. */
  get action(): Action | undefined {
    return this.problem.action as Action | undefined;
  }
}

/** A person said no, nobody decided in time, or it was withdrawn. */
export class NotApproved extends Error {
  override readonly name = "NotApproved";
  readonly action: Action;

  constructor(action: Action) {
    super(action.decisionReason ? `The action was ${action.status}: ${action.decisionReason}` : `The action was ${action.status}.`);
    this.action = action;
  }
}

/** A person would approve less than was asked: see `action.narrowing`, then accept its digest, decline it, or cancel. */
export class Narrowed extends Error {
  override readonly name = "Narrowed";
  readonly action: Action;

  constructor(action: Action) {
    super(`A person offers less than was asked${action.narrowing?.reason ? `: ${action.narrowing.reason}` : "."}`);
    this.action = action;
  }
}

/** The time to wait was over; the action still waits and can be waited for again. */
export class StillWaiting extends Error {
  override readonly name = "StillWaiting";
  readonly id: string;

  constructor(id: string) {
    super(`Nobody has decided on ${id} yet.`);
    this.id = id;
  }
}
