import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "./agent";
import { problemsOfExport } from "./exported";
import type { Installation } from "./installation";
import type { Acknowledged, Ledger } from "./ledger";
import type { Person } from "./person";
import { promises } from "./promises";

/** Far more than recovery takes on a machine that is ten times slower than an idle one. */
const REST_MS = 300_000;

/** What may be so for a while after a kill, and must not stay so. */
const settling = [
  "no run is left on the way", "no job event is left behind", "no job is stuck or has failed", "no request waits past its expiry",
  "nothing is held past its expiry", "every threshold that was reached was told, and its mails are out",
];

/**
 * Waits until everything has come to rest and looks whether every promise was kept: the database's by its rows, the
 * agents' by their own book, the runner's by its journal and its sandboxes, and the audit's by its exported file.
 * @returns what was broken, a sentence each.
 */
export async function inspect(installation: Installation, ledger: Ledger, auditor: Person): Promise<string[]> {
  const faults = await brokenPromises(installation);
  const lookup = await Promise.all([brokenWords(installation, ledger), brokenRuns(installation), problemsOfExport(auditor, path.join(installation.folder, "audit.jsonl"))]);
  return [...faults, ...lookup.flat()];
}

async function brokenPromises({ sql }: Installation): Promise<string[]> {
  const look = async (name: string) => {
    const rows = (await promises[name]?.(sql)) ?? [];
    return rows.length === 0 ? [] : [`${name}: ${rows.length} × ${JSON.stringify(rows[0])}`];
  };
  for (const until = Date.now() + REST_MS; ; await sleep(100)) {
    const open = await all(settling, look);
    if (open.length === 0 || Date.now() > until) return all(Object.keys(promises), look);
  }
}

async function all(names: readonly string[], look: (name: string) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) found.push(...(await look(name)));
  return found;
}

/** Everything that an agent or a person was told is still so, and is told again to whoever repeats the request. */
async function brokenWords({ sql, url }: Installation, ledger: Ledger): Promise<string[]> {
  const faults: string[] = [];
  const actions = new Map((await sql<ActionRow[]>`select id, status, decision, rule, grant_used_at is not null as granted, actual_cost_micros::float8 as cost from action`).map((row) => [row.id, row]));
  const approvals = new Map((await sql<{ id: string; status: string }[]>`select id, status from approval`).map((row) => [row.id, row.status]));
  const broken = (word: Acknowledged): boolean => {
    if (word.kind === "approval") return approvals.get(word.id) !== word.decision;
    const row = actions.get(word.id);
    if (!row) return true;
    if (word.kind === "decision") return row.decision !== word.outcome || row.rule !== word.rule;
    if (word.kind === "grant") return !row.granted;
    if (word.kind === "outcome") return row.cost !== word.costMicros;
    return row.status !== word.status;
  };
  for (const word of ledger.acknowledged.filter(broken)) faults.push(`what was acknowledged is not so: ${JSON.stringify(word)} but ${JSON.stringify(actions.get(word.id) ?? approvals.get(word.id) ?? null)}`);
  for (const { id, status, costMicros } of ledger.expected) {
    const row = actions.get(id);
    if (!row || !status.includes(row.status) || (costMicros !== undefined && row.cost !== costMicros)) {
      faults.push(`the story did not end as it should: ${id} should be ${status.join(" or ")} for ${costMicros ?? "any"} and is ${JSON.stringify(row ?? null)}`);
    }
  }
  for (const word of ledger.acknowledged) {
    if (word.kind !== "decision") continue;
    const again = await new Agent(url, word.agent).submit(word.body, word.key);
    const same = again.id === word.id && again.decision.outcome === word.outcome && again.decision.rule === word.rule && again.digest === word.digest && again.approvalId === word.approvalId && again.runId === word.runId;
    if (!same) faults.push(`the same key got another answer: ${JSON.stringify(word)} and now ${JSON.stringify(again)}`);
  }
  // Looked at once; what holds at rest is held by the other promises from here on.
  ledger.acknowledged = [];
  return faults;
}

type ActionRow = { id: string; status: string; decision: string; rule: string; granted: boolean; cost: number | null };

/** No program ran twice, and none is told to have ended in a way in which the runner did not see it end. */
async function brokenRuns(installation: Installation): Promise<string[]> {
  const { begun: starts, ended } = installation.controller;
  const found = new Set<string>();
  const faults = [...starts].filter(([, times]) => times > 1).map(([runId, times]) => `the program of the run ${runId} was started ${times} times`);
  const ends = new Map<string, string[]>();
  for (const line of installation.logOf("runner").split("\n")) {
    if (line.includes('"job_found_finished"')) found.add((JSON.parse(line) as { runId: string }).runId);
    if (!line.includes('"job_finished"')) continue;
    const { runId, status } = JSON.parse(line) as { runId: string; status: string };
    ends.set(runId, [...(ends.get(runId) ?? []), status]);
  }
  const runs = await installation.sql<{ id: string; status: string; reason: string }[]>`select id, status, reason from run where finished_at is not null and status <> 'cancelled'`;
  for (const { id, status, reason } of runs) {
    if (status === "succeeded" && !starts.has(id)) faults.push(`the run ${id} is told to have succeeded and it was never begun`);
    // Killed when the end was on its disk and not yet in its log, the runner says after its next start that it found it there.
    const unseen = !ends.has(id) && (ended.has(id) || found.has(id));
    if (!unseen && !(ends.get(id) ?? []).includes(status)) faults.push(`the run ${id} is ${status} (${reason}), but the runner saw ${JSON.stringify(ends.get(id) ?? [])}`);
    if (status === "lost" && !installation.kills.some(({ part }) => part === "runner")) faults.push(`the run ${id} was lost though the runner was never killed: ${reason}`);
    if (!["succeeded", "lost"].includes(status)) faults.push(`the run ${id} is ${status}: ${reason}`);
  }
  return faults;
}
