import { RateLimiterRes } from "rate-limiter-flexible";
import { limiter } from "@/lib/auth/limiter";
import { network } from "@/lib/auth/network";
import { hashToken } from "@/lib/auth/token";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { WeakKind } from "./factors";

type Sending = { kind: WeakKind; personId: string; organizationId: string; ip: string | null; to: string };
type Pace = { name: string; key: string; points: number; seconds: number };

/**
 * How many codes may be sent. Text messages cost money, and whoever owns a number may be paid for each: so they are counted
 * for the person, the number wherever it is used, the network and the organization's day.
 */
export function sendPaces({ kind, personId, organizationId, ip, to }: Sending): Pace[] {
  const number = hashToken(to).toString("base64url");
  if (kind === "email") {
    return [{ name: "code-mail-person", key: personId, points: 5, seconds: 900 }, { name: "code-mail-network", key: network(ip), points: 60, seconds: 3_600 }];
  }
  return [
    { name: "code-sms-between", key: personId, points: 1, seconds: 30 },
    { name: "code-sms-person", key: personId, points: 5, seconds: 3_600 },
    { name: "code-sms-number", key: number, points: 10, seconds: 86_400 },
    { name: "code-sms-network", key: network(ip), points: 20, seconds: 3_600 },
    { name: "code-sms-organization", key: organizationId, points: env().SMS_PER_DAY, seconds: 86_400 },
  ];
}

/**
 * Counts one code that is about to be sent, before it is.
 * @throws AppError `rate_limited` with the seconds to wait.
 */
export async function countSend(sending: Sending): Promise<void> {
  for (const { name, key, points, seconds: duration } of sendPaces(sending)) {
    try {
      await limiter(name, { points, duration }).consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      const when = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
      throw new AppError("rate_limited", "Too many codes were asked for.", { hint: `Use the last one that was sent, or try again in ${when}.`, retryAfterSeconds: seconds });
    }
  }
}
