import { RetryAfterError } from "inngest";

/** Why a message was not taken. `forGood`: the same message would be refused again. `notBefore`: when the other side wants it again. */
export class ChatRefused extends Error {
  constructor(
    message: string,
    readonly forGood: boolean,
    readonly notBefore: Date | null = null,
  ) {
    super(message);
  }
}

/** For `catch` in a job: who says when to come again is not asked before. */
export function whenAsked(error: unknown): never {
  if (error instanceof ChatRefused && error.notBefore) throw new RetryAfterError(error.message, error.notBefore);
  throw error;
}
