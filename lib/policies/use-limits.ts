import type { UseLimits } from "@/db/schema/agent";
import type { From, Source } from "./effective";

export const useLimitNames = ["apiCallsPerMinute", "apiCallsPerHour", "tokensPerAction", "tokensPerDay", "tokensPerMonth"] as const satisfies readonly (keyof UseLimits)[];
export type UseLimitName = (typeof useLimitNames)[number];

/** What people call them. */
export const useLimitWords: Record<UseLimitName, string> = {
  apiCallsPerMinute: "API calls per minute",
  apiCallsPerHour: "API calls per hour",
  tokensPerAction: "Tokens per action",
  tokensPerDay: "Tokens per day",
  tokensPerMonth: "Tokens per month",
};

/** The narrowest of each limit, with where it is from. What nobody limits is not there. */
export function limitsInForce(layers: readonly { source: Source; limits?: UseLimits | undefined }[]): Partial<Record<UseLimitName, From<number>>> {
  const found: Partial<Record<UseLimitName, From<number>>> = {};
  for (const { source, limits = {} } of layers) {
    for (const name of useLimitNames) {
      const value = limits[name] ?? null;
      if (value !== null && value < (found[name]?.value ?? Infinity)) found[name] = { value, source };
    }
  }
  return found;
}

/** The narrowest of each limit. */
export function narrowestLimits(all: readonly UseLimits[]): UseLimits {
  const narrow: UseLimits = {};
  for (const limits of all) {
    for (const name of useLimitNames) {
      const value = limits[name] ?? null;
      if (value !== null && value < (narrow[name] ?? Infinity)) narrow[name] = value;
    }
  }
  return narrow;
}
