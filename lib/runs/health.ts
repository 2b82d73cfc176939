import { authorizeAnywhere } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { gapInWords, runnerGapMs } from "@/lib/clock-gap";
import { env } from "@/lib/env";
import { read } from "@/lib/transact";
import { type RunnerReport, runnerHealth } from "./runner-client";

/** Whether sandbox runs can start now; if not, what is missing and the one command that mends it. */
export type RunnerStatus = {
  usable: boolean;
  /** One sentence for a person; null when nothing is wrong. */
  problem: string | null;
  /** A command line, or null where no single command mends it. */
  mend: string | null;
  runtime: { version: string | null; platform: string | null; image: string } | null;
  languages: { language: string; available: boolean; version: string | null; mend: string | null }[];
  jobs: { running: number; queued: number; concurrency: number } | null;
};

const freshMs = 2_000;

// Next compiles pages into several bundles; the answer is one per process all the same.
const shared = globalThis as typeof globalThis & { countersignRunner?: { at: number; report: Promise<RunnerReport | null> } };

/** What the sandbox runner says of itself, at most two seconds old. Never throws for a runner that does not answer. */
export async function runnerStatus(ctx: Ctx): Promise<RunnerStatus> {
  await read(ctx, async (tx) => authorizeAnywhere(tx, ctx, "runs", "view"));
  const now = performance.now();
  if (!shared.countersignRunner || now - shared.countersignRunner.at > freshMs) shared.countersignRunner = { at: now, report: runnerHealth() };
  return describe(await shared.countersignRunner.report, env().RUNNER_URL);
}

/** The report in words. */
export function describe(report: RunnerReport | null, address: string | undefined): RunnerStatus {
  if (!report) {
    return {
      usable: false,
      problem: address ? "The sandbox runner does not answer." : "No sandbox runner is configured: RUNNER_URL is not set.",
      mend: "npm start",
      runtime: null,
      languages: [],
      jobs: null,
    };
  }
  const { sandbox, languages, jobs } = report;
  const lacking = sandbox.usable ? languages.find((each) => !each.available) : undefined;
  return {
    usable: report.status === "ok" && sandbox.usable && report.clockGapMs <= runnerGapMs,
    ...whatIsWrong(report, lacking),
    runtime: { version: sandbox.version, platform: sandbox.platform, image: sandbox.image },
    languages,
    jobs: { running: jobs.running, queued: jobs.queued, concurrency: jobs.concurrency },
  };
}

function whatIsWrong({ status, sandbox, clockGapMs }: RunnerReport, lacking: RunnerReport["languages"][number] | undefined): Pick<RunnerStatus, "problem" | "mend"> {
  if (clockGapMs > runnerGapMs) {
    return { problem: `The sandbox runner's clock and the portal's are ${gapInWords(clockGapMs)} apart, so that neither believes what the other signs. Set the one that is wrong.`, mend: null };
  }
  if (status === "draining") return { problem: "The sandbox runner is shutting down and takes no new runs.", mend: "npm start" };
  if (!sandbox.usable) return { problem: sandbox.problem ?? "The sandbox runner cannot make sandboxes.", mend: sandbox.mend };
  return lacking ? { problem: `Programs in ${lacking.language} cannot run on this runner.`, mend: lacking.mend } : { problem: null, mend: null };
}
