import { RateLimiterRes } from "rate-limiter-flexible";
import { limiter } from "@/lib/auth/limiter";
import { network } from "@/lib/auth/network";
import { AppError } from "@/lib/errors";

/** Slack tells of everybody's presses from a few addresses. */
const perAddress = 600;
/** Of presses that were believed. */
const perChannel = 120;

/** What one address may send in a minute, whatever it is. @throws AppError `rate_limited`. */
export async function countAddress(ip: string | null): Promise<void> {
  await count("chat-address", perAddress, network(ip));
}

/** How often the buttons of one channel may be pressed in a minute. @throws AppError `rate_limited`. */
export async function countPress(channelId: string): Promise<void> {
  await count("chat-press", perChannel, channelId);
}

async function count(name: string, points: number, key: string): Promise<void> {
  try {
    await limiter(name, { points, duration: 60, inMemoryBlockOnConsumed: points + 1 }).consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new AppError("rate_limited", "Too much came from this chat in a minute.", { hint: `Try again in ${seconds} seconds.`, retryAfterSeconds: seconds });
  }
}
