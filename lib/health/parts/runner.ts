import type { RunnerStatus } from "@/lib/runs/health";
import type { HealthReport } from "@/runner/contract/schemas";
import { counted, type Fact, megabytes, type Part, part } from "./part";

/** `told`: the same report in words, as the runs' page shows it. `waiting`: runs that wait for a runner. */
export type RunnerReading = { report: HealthReport | null; told: RunnerStatus; waiting: number; open: number };

export function judgeRunner({ report, told, waiting, open }: RunnerReading): Part {
  const runs = { term: "Runs", value: `${open} open, ${waiting} ${waiting === 1 ? "waits" : "wait"} for a runner` };
  const base = { id: "runner" as const, name: "Sandbox runner", facts: report ? [runs, ...factsOf(report)] : [runs] };
  const means = "Runs wait and start when it is mended; none ever starts outside a sandbox. Agents' own tools are not touched.";
  if (!told.usable) {
    return part({
      ...base, state: "down", says: told.problem ?? "It cannot make sandboxes.", means, command: told.mend,
      act: told.mend ? "Run this on the runner's machine:" : "See the runner's log.",
    });
  }
  if (told.problem) {
    return part({ ...base, state: "attention", says: told.problem, means: "Runs in that language wait or are refused; others start.", act: told.mend ? "Run this on the runner's machine:" : null, command: told.mend });
  }
  if (report && report.jobs.undelivered > report.jobs.concurrency) {
    return part({
      ...base, state: "attention", says: `${counted(report.jobs.undelivered, "result")} could not be told to the portal.`,
      means: "These runs have ended but look as if they were running; their results are kept on the runner and sent again.",
      act: "See whether the runner reaches the portal (APP_URL), and whether its clock and keys are right: 'Callbacks of a runner refused' in the audit says why.",
    });
  }
  return part({ ...base, says: "It makes sandboxes." });
}

function factsOf({ sandbox, languages, jobs, pool }: HealthReport): Fact[] {
  return [
    { term: "Sandboxes", value: `${jobs.running} of ${jobs.concurrency} at work, ${jobs.queued} queued` },
    { term: "Results", value: jobs.undelivered === 0 ? "all delivered" : `${jobs.undelivered} not yet delivered` },
    ...(pool ? [{ term: "Warm pool", value: `${Object.entries(pool.ready).map(([language, ready]) => `${language} ${ready} of ${pool.size}`).join(", ")}; ${megabytes(pool.memoryBytes)} of ${megabytes(pool.memoryLimitBytes)}` }] : []),
    { term: "Isolation", value: sandbox.usable ? `gVisor ${sandbox.version ?? ""} on ${sandbox.platform ?? "?"}, image ${sandbox.image}` : "none: nothing runs" },
    { term: "Languages", value: languages.map(({ language, available, version }) => `${language} ${available ? (version ?? "") : "is missing"}`.trim()).join(", ") },
  ];
}
