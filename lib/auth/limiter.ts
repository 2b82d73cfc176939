import { RateLimiterPostgres } from "rate-limiter-flexible";
import { database } from "@/lib/database";

type Options = { points: number; duration: number; inMemoryBlockOnConsumed?: number };

const made = new Map<string, RateLimiterPostgres>();

/** Counters under a name, kept in the database, so that all processes count together. `duration` in seconds. */
export function limiter(name: string, options: Options): RateLimiterPostgres {
  const known = made.get(name);
  if (known) return known;
  // rate-limiter-flexible speaks to node-postgres; this is all of it that it uses.
  const storeClient = {
    query: async ({ text, values }: { text: string; values: (string | number)[] }) => {
      const rows = await database().sql.unsafe(text, values);
      return { rows: rows.map((row) => ({ ...row, expire: row.expire === null ? null : Number(row.expire) })), rowCount: rows.count };
    },
  };
  const fresh = new RateLimiterPostgres({ storeClient, storeType: "client", tableName: "rate_limit", tableCreated: true, keyPrefix: name, ...options });
  made.set(name, fresh);
  return fresh;
}
