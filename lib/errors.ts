/** Everything that can go wrong on purpose, with its HTTP status. What is not here is 'internal'. */
export const errorStatus = {
  invalid_input: 400,
  unauthenticated: 401,
  budget_exceeded: 402,
  forbidden: 403,
  policy_denied: 403,
  fresh_proof_needed: 403,
  network_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  locked: 423,
  rate_limited: 429,
  approval_queue_full: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export type ErrorOptions = {
  /** What the reader can do about it. */
  hint?: string;
  /** Field path → what is wrong with it. */
  fields?: Record<string, string>;
  /** Extension members of the problem document; never a secret. */
  extensions?: Record<string, unknown>;
  /** Seconds until it is worth trying again. */
  retryAfterSeconds?: number;
  digest?: string;
  freshProof?: FreshProofAsked;
  cause?: unknown;
};

/** What must be proved before the same thing is asked again, and by what it can be. */
export type FreshProofAsked = { verb: string; object: string; ways: readonly string[] };

/** A refusal that its receiver may read: message and hint say what happened and what to do. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly hint: string | undefined;
  readonly fields: Record<string, string> | undefined;
  readonly extensions: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;
  /** What Next tells the browser of an error that a page threw, where the browser should know; the rest stays here. */
  readonly digest: string | undefined;
  readonly freshProof: FreshProofAsked | undefined;

  constructor(
    readonly code: Exclude<ErrorCode, "internal">,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.digest = options.digest;
    this.freshProof = options.freshProof;
    this.hint = options.hint;
    this.fields = options.fields;
    this.extensions = options.extensions ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}

/** For an id that does not exist or belongs to somebody else: the two look the same. */
export function notFound(what: string): AppError {
  return new AppError("not_found", `There is no such ${what}.`, {
    hint: "Check the id. What belongs to another organization is answered the same way.",
  });
}

export function conflict(message: string, hint?: string): AppError {
  return new AppError("conflict", message, hint === undefined ? {} : { hint });
}

/** By this the error pages know what happened. */
export const databaseAwayDigest = "database-away";

/** For a database that cannot be reached: whether a change that was being written has happened is not known then. */
export function databaseAway(cause: unknown): AppError {
  return new AppError("unavailable", "The portal's database cannot be reached at the moment.", {
    hint: "Try again in a few seconds, with the same idempotency key where you sent one: what was done already is not done twice.",
    retryAfterSeconds: 5,
    digest: databaseAwayDigest,
    cause,
  });
}

/** For `catch`: these refusals become null, everything else stays an error. */
export function orNull(...codes: readonly ErrorCode[]): (error: unknown) => null {
  return (error) => {
    if (error instanceof AppError && codes.includes(error.code)) return null;
    throw error;
  };
}
