import type { Connections } from "../connections";
import type { DatabaseState } from "../database";
import { counted, type Part, part } from "./part";

export type DatabaseReading = { state: DatabaseState; latencyMs: number; connections: Connections | null; pool: number };

/** A query that only comes and goes takes longer than this when the database or the pool is overloaded. */
const slowMs = 250;
const mostUsed = 0.9;

export function judgeDatabase({ state, latencyMs, connections, pool }: DatabaseReading): Part {
  const base = { id: "database", name: "Database" } as const;
  const facts = connections
    ? [
        { term: "Answers in", value: `${latencyMs.toFixed(1)} ms, a place in the pool included` },
        { term: "Of the portal", value: `${counted(connections.active, "connection")} at work, ${connections.idle} idle, ${connections.inTransaction} idle in a transaction` },
        { term: "Pool", value: `${pool} for each server of the portal` },
        { term: "Of everybody", value: `${connections.all} of ${connections.most} that PostgreSQL takes` },
        { term: "Version", value: `PostgreSQL ${connections.version}` },
      ]
    : [];
  if (state === "not_migrated") {
    return part({
      ...base, facts, state: "down", says: "Its schema is older than this build of the portal.",
      means: "This server is not ready and a balancer sends it nothing; what needs the new columns fails.",
      act: "Run the migrations as the schema's owner; 'npm start' does it by itself.", command: "npm start",
    });
  }
  if (state === "unavailable" || !connections) {
    return part({
      ...base, facts, state: "down", says: "It does not answer.",
      means: "Nobody can sign in or decide, and agents get 503 with Retry-After. What was answered before is kept.",
      act: "See whether PostgreSQL runs, has disk left and takes connections. The portal finds it again by itself; nothing here has to be restarted.",
    });
  }
  if (connections.all >= connections.most * mostUsed) {
    return part({
      ...base, facts, state: "attention", says: "Nearly all of its connections are taken.",
      means: "When none is left, requests are answered 503 until one is free.",
      act: "Lower DATABASE_POOL, run fewer servers, or raise max_connections.",
    });
  }
  if (latencyMs > slowMs) {
    return part({
      ...base, facts, state: "attention", says: `It answers slowly: ${Math.round(latencyMs)} ms for an empty query.`,
      means: "Every page and every decision takes at least that long.",
      act: "Look for long queries in pg_stat_activity, a full disk or a busy machine.",
    });
  }
  return part({ ...base, facts, says: "It answers." });
}
