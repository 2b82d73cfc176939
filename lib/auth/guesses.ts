import { RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { limiter } from "./limiter";
import { network } from "./network";

/** Unknown keys or links that one address may show within a minute. */
export const guessesPerMinute = 30;

const words = { key: "API keys that are not known here", link: "links that do not exist" };

/**
 * Counts a key or link that nobody made. Who shows too many is told to wait; who comes with a right one from the same
 * address is not, since 256 random bits cannot be guessed and a neighbour must not be able to keep others out.
 * @throws AppError `rate_limited`.
 */
export async function countGuess(kind: keyof typeof words, ip: string | null): Promise<void> {
  const guesses = limiter(`guess-${kind}`, { points: guessesPerMinute, duration: 60, inMemoryBlockOnConsumed: guessesPerMinute + 1 });
  try {
    await guesses.consume(network(ip));
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    if (refusal.consumedPoints === guessesPerMinute + 1) log.warn({ ip, kind }, "too many guesses from one address");
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new AppError("rate_limited", `Your address sent too many ${words[kind]}.`, { hint: `Check what you send, and try again in ${seconds} seconds.`, retryAfterSeconds: seconds });
  }
}
