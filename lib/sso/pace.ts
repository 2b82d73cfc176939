import { RateLimiterRes } from "rate-limiter-flexible";
import { limiter } from "@/lib/auth/limiter";
import { network } from "@/lib/auth/network";
import { AppError } from "@/lib/errors";

export const perMinute = 60;

/** A provider says it of everybody who leaves in the evening, from one address. */
const logoutsPerMinute = 1_200;

/** Each beginning asks somebody else's server, and each answer is worked on: one address may have so many a minute. @throws AppError `rate_limited`. */
export async function countSso(what: "start" | "answer" | "logout", ip: string | null): Promise<void> {
  try {
    const points = what === "logout" ? logoutsPerMinute : perMinute;
    await limiter(`sso-${what}`, { points, duration: 60, inMemoryBlockOnConsumed: points + 1 }).consume(network(ip));
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new AppError("rate_limited", "Your address signs in too often.", { hint: `Try again in ${seconds} seconds.`, retryAfterSeconds: seconds });
  }
}
