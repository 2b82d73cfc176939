import { log } from "./log";

export type OutagePart = "database" | "job engine";

type Outage = { since: number; told: number; errors: number };

// Next compiles pages into several bundles; a part is away for the whole process.
const shared = globalThis as typeof globalThis & { countersignOutages?: Map<OutagePart, Outage> };

/** An outage that lasts is told again after this time, so that nobody has to find where it began. */
const againMs = 10 * 60_000;

const what: Record<OutagePart, { away: string; back: string; do: string }> = {
  database: { away: "the database is away", back: "the database is back", do: "See whether PostgreSQL runs and takes connections; nothing here has to be restarted." },
  "job engine": { away: "the job engine takes no events; they wait in the outbox", back: "the job engine takes events again", do: "See whether the job engine runs; what waits is sent by itself." },
};

/** Says that a part is away: once for an outage, whoever meets it and however often. */
export function partIsAway(part: OutagePart, error: unknown, details: { requestId?: string; organizationId?: string } = {}): void {
  const outages = (shared.countersignOutages ??= new Map());
  const now = performance.now();
  const outage = outages.get(part) ?? { since: now, told: -Infinity, errors: 0 };
  outage.errors++;
  outages.set(part, outage);
  if (now - outage.told < againMs) return;
  outage.told = now;
  log.error({ err: error, ...details, ...lastedFor(outage, now), do: what[part].do }, what[part].away);
}

/** Says that a part is back, when it was away. */
export function partIsBack(part: OutagePart): void {
  const outage = shared.countersignOutages?.get(part);
  if (!outage) return;
  shared.countersignOutages?.delete(part);
  log.info(lastedFor(outage, performance.now()), what[part].back);
}

function lastedFor(outage: Outage, now: number): { awaySeconds: number; errors: number } {
  return { awaySeconds: Math.round((now - outage.since) / 100) / 10, errors: outage.errors };
}
