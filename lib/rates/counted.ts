import type { UseLimits } from "@/db/schema/agent";
import type { RateLimit } from "./limits";

// With a space in it, which no tool's name has, so that no row of a grid is counted with them.
/** What calls of the API are counted under. */
export const apiCalls = "api calls";
/** What tokens of language models are counted under. */
export const tokens = "language model tokens";

/** A month is thirty days, as a day is any twenty-four hours: windows that slide. */
export function apiCallLimits({ apiCallsPerMinute, apiCallsPerHour }: UseLimits): RateLimit[] {
  return [limit(apiCalls, "minute", apiCallsPerMinute), limit(apiCalls, "hour", apiCallsPerHour)].flatMap((each) => each ?? []);
}

/**
 * The counts that an action's tokens go into. They are kept for whoever says how many it uses, limited or not, so that a
 * limit which is set later knows what was used before it.
 */
export function tokenLimits({ tokensPerDay, tokensPerMonth }: UseLimits, used: number): RateLimit[] {
  const count = (period: RateLimit["period"], most: number | null | undefined) => (used > 0 || typeof most === "number" ? [{ tool: tokens, period, calls: most ?? Infinity, each: used }] : []);
  return [...count("day", tokensPerDay), ...count("month", tokensPerMonth)];
}

/** Limits as one text, to be compared. */
export function limitsText(limits: readonly RateLimit[] | null | undefined): string {
  return limits === null ? "unreadable" : (limits ?? []).map(({ calls, period }) => `${calls}/${period}`).join(" ");
}

function limit(tool: string, period: RateLimit["period"], calls: number | null | undefined): RateLimit | null {
  return typeof calls === "number" ? { tool, period, calls } : null;
}
