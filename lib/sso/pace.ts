import { RateLimiterRes } from "rate-limiter-flexible";
import { limiter } from "@/lib/auth/limiter";
import { network } from "@/lib/auth/network";
import { AppError } from "@/lib/errors";

export const perMinute = 60;

/** Each beginning asks somebody else's server, and each answer is worked on: one address may have so many a minute. @throws AppError `rate_limited`. */
export async function countSso(what: "start" | "answer", ip: string | null): Promise<void> {
  try {
    await limiter(`sso-${what}`, { points: perMinute, duration: 60, inMemoryBlockOnConsumed: perMinute + 1 }).consume(network(ip));
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new AppError("rate_limited", "Your address signs in too often.", { hint: `Try again in ${seconds} seconds.`, retryAfterSeconds: seconds });
  }
}
