import type { ratePeriods } from "@/db/schema/rate";
import { coversTool, type SourcedRow } from "@/lib/policies/effective";
import { parseRate } from "@/lib/policies/rate";

/**
 * A rate in force. `tool`: all tools of this glob are counted together, for one agent. `each`: how much of `calls` one call
 * takes; left out: one.
 */
export type RateLimit = { tool: string; calls: number; period: (typeof ratePeriods)[number]; each?: number };

/**
 * The rates that hold for a tool, from all rows of all levels that name it. Rows of several levels that name the same tools
 * count the same calls, so that only the narrowest of them is kept. @throws Error when a rate cannot be read.
 */
export function rateLimits(rows: readonly Pick<SourcedRow, "tool" | "rate">[], tool: string): RateLimit[] {
  const found = new Map<string, RateLimit>();
  for (const row of rows) {
    if (row.rate === null || !coversTool(row.tool, tool)) continue;
    // As tools are compared: what is spelled with a slash is not counted apart.
    const limit = { ...parseRate(row.rate), tool: row.tool.replaceAll("/", ".") };
    const key = `${limit.period} ${limit.tool}`;
    if (limit.calls < (found.get(key)?.calls ?? Infinity)) found.set(key, limit);
  }
  return [...found.values()];
}
