import { median, percentile } from "../harness/statistics";
import type { Sample } from "./sample";
import type { Ended, Kind } from "./stories";

/** More than this over the whole time counts as growth. */
const ROOM = 1.15;
const ROOM_MIB = 24;

/** What grew from the second quarter of the time, when caches are warm, to the last one. */
export function growth(samples: readonly Sample[]): string[] {
  const quarter = Math.floor(samples.length / 4);
  if (quarter < 2) return [];
  const early = samples.slice(quarter, 2 * quarter);
  const late = samples.slice(-quarter);
  const told: string[] = [];
  for (const what of ["portalMiB", "engineMiB", "runnerMiB", "connections"] as const) {
    const [before, after] = [early, late].map((part) => median(part.map((sample) => sample[what])));
    const bound = what === "connections" ? (before ?? 0) + 2 : Math.max((before ?? 0) * ROOM, (before ?? 0) + ROOM_MIB);
    if ((after ?? 0) > bound) told.push(`${what} grew from ${before} to ${after}`);
  }
  const [last] = samples.slice(-1);
  if (last && last.outbox > 0) told.push(`${last.outbox} events have not left the outbox`);
  return told;
}

/** The figures of a soak as text. */
export function figures(told: { samples: readonly Sample[]; ended: readonly Ended[]; tookMs: Readonly<Record<Kind, readonly number[]>>; perSecond: number }): string {
  const columns = ["atSeconds", "portalMiB", "engineMiB", "runnerMiB", "connections", "outbox", "jobs"] as const;
  const every = Math.max(1, Math.floor(told.samples.length / 12));
  const rows = told.samples.filter((_, at) => at % every === 0 || at === told.samples.length - 1);
  const table = [columns.join("  "), ...rows.map((row) => columns.map((name) => String(row[name]).padStart(name.length)).join("  "))];
  const timed = Object.entries(told.tookMs).filter(([, took]) => took.length > 0);
  const stories = timed.map(([kind, took]) => `  ${kind.padEnd(12)} ${String(took.length).padStart(7)}   p50 ${median(took).toFixed(0)} ms   p99 ${percentile(took, 99).toFixed(0)} ms`);
  return [`${told.ended.length} actions ended, ${told.perSecond.toFixed(1)} a second`, ...stories, "", ...table].join("\n");
}
