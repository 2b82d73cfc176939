import { Gauge, Registry } from "prom-client";
import { absent } from "@/lib/health/absent";
import { connections } from "@/lib/health/connections";
import { runnerGapMs } from "@/lib/clock-gap";
import { engineQueue, engineState } from "@/lib/health/engine";
import { figures } from "@/lib/health/figures";
import { runnerHealth } from "@/lib/runs/runner-client";
import { metrics } from "./metrics";

const timeoutMs = 3_000;

type Reading = { name: string; help: string; value: number; label?: [name: string, value: string] };

const ofFigure: Record<string, { name: string; help: string; label?: string }> = {
  outbox_waiting: { name: "countersign_outbox_waiting", help: "Job events that were not sent to the engine yet." },
  outbox_oldest_seconds: { name: "countersign_outbox_oldest_seconds", help: "Age of the oldest of them." },
  approvals_pending: { name: "countersign_approvals_pending", help: "Requests that wait for a person.", label: "kind" },
  approvals_oldest_seconds: { name: "countersign_approvals_oldest_seconds", help: "Age of the oldest of them." },
  runs_open: { name: "countersign_runs_open", help: "Sandbox runs that have not ended.", label: "status" },
  mail_unsent: { name: "countersign_mail_unsent", help: "Mail of the last day that waits or was refused.", label: "status" },
  audit_events: { name: "countersign_audit_events", help: "Audit events there are; its rate is the appends a second." },
  checkpoint_lag_events: { name: "countersign_checkpoint_lag_events", help: "Events after the last signed checkpoint, of the organization with most." },
  checkpoint_lag_seconds: { name: "countersign_checkpoint_lag_seconds", help: "Age of the oldest event that no checkpoint covers." },
  organizations: { name: "countersign_organizations", help: "Organizations there are." },
};

/**
 * All metrics in Prometheus' text format. What is asked of a part that is away is left out, rather than told as nothing;
 * `countersign_part_up` says which.
 */
export async function scrape(): Promise<{ text: string; contentType: string }> {
  const { registry } = metrics();
  const now = new Registry();
  for (const { name, help, value, label } of await readings()) {
    const existing = now.getSingleMetric(name);
    const gauge = existing instanceof Gauge ? existing : new Gauge({ name, help, labelNames: label ? [label[0]] : [], registers: [now] });
    if (label) gauge.set({ [label[0]]: label[1] }, value);
    else gauge.set(value);
  }
  return { text: `${await registry.metrics()}\n${await now.metrics()}`, contentType: registry.contentType };
}

async function readings(): Promise<Reading[]> {
  const [database, pool, engine, queue, runner] = await Promise.all([
    figures(timeoutMs).catch(absent),
    connections(timeoutMs).catch(absent),
    engineState(timeoutMs),
    engineQueue(timeoutMs),
    runnerHealth(),
  ]);
  const up = (part: string, isUp: boolean): Reading => ({ name: "countersign_part_up", help: "1: the part answers and can do its work.", value: isUp ? 1 : 0, label: ["part", part] });
  return [
    up("database", database !== null),
    up("engine", engine.up && engine.gapMs === null),
    up("runner", runner?.status === "ok" && runner.clockGapMs <= runnerGapMs),
    ...(database?.list ?? []).flatMap(({ figure, label, value }) => {
      const known = ofFigure[figure];
      return known ? [{ name: known.name, help: known.help, value, ...(known.label ? { label: [known.label, label] as [string, string] } : {}) }] : [];
    }),
    ...each("countersign_database_connections", "The portal's connections to the database, of all its servers.", "state", pool && { active: pool.active, idle: pool.idle, idle_in_transaction: pool.inTransaction }),
    ...each("countersign_engine_jobs", "Jobs of the embedded engine that are due or under way.", "state", queue && { due: queue.due, running: queue.running }),
    ...(queue ? [{ name: "countersign_engine_oldest_seconds", help: "For how long the oldest due job has waited.", value: queue.oldestSeconds }] : []),
    ...each("countersign_runner_jobs", "Jobs on the sandbox runner; undelivered: their result is not told yet.", "state", runner && { running: runner.jobs.running, queued: runner.jobs.queued, undelivered: runner.jobs.undelivered }),
    ...(runner ? [{ name: "countersign_runner_concurrency", help: "Sandboxes that the runner runs at once.", value: runner.jobs.concurrency }] : []),
  ];
}

function each(name: string, help: string, label: string, values: Record<string, number> | null): Reading[] {
  return Object.entries(values ?? {}).map(([key, value]) => ({ name, help, value, label: [label, key] }));
}
