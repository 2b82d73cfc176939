import { clockGapMs } from "@/lib/clock-gap";
import { env } from "@/lib/env";
import { DispatchAnswer, HealthReport, KillAnswer, Refusal, StatusReport, type JobDispatch, type JobState } from "@/runner/contract/schemas";
import { openEnvelope, signEnvelope, type Purpose } from "@/runner/contract/signing";
import { memoryNonces } from "@/runner/contract/nonces";
import { portalKey, runnerKey } from "./keys";

const timeoutMs = 10_000;
const answersSeen = memoryNonces();

/** Why the runner did not answer or did not take the job, in a sentence for a person. `final`: asking again is useless. */
export class RunnerRefused extends Error {
  constructor(
    message: string,
    readonly final: boolean,
  ) {
    super(message);
  }
}

/** Hands a job over; the runner takes a run id once, however often it is asked. */
export async function dispatchJob(job: JobDispatch): Promise<void> {
  DispatchAnswer.parse(await post("/jobs", "dispatch", job));
}

/** Has the runner end a sandbox; asking again does no harm. */
export async function killJob(runId: string, reason = "stopped by a person"): Promise<JobState> {
  return KillAnswer.parse(await post("/jobs/kill", "kill", { runId, reason })).state;
}

/** The runner's own, signed word on a run. */
export async function jobState(runId: string): Promise<JobState> {
  const request = signEnvelope(portalKey(), "status", { runIds: [runId] });
  const envelope = await send("/jobs/status", request);
  const report = StatusReport.parse(await openEnvelope(runnerKey(), "status_report", envelope, { seen: answersSeen }));
  if (report.inReplyTo !== request.nonce) throw new RunnerRefused("The runner answered another question.", false);
  return report.jobs.find((job) => job.runId === runId)?.state ?? "unknown";
}

/** `clockGapMs`: how far its clock is from this server's. */
export type RunnerReport = HealthReport & { clockGapMs: number };

/** What the runner says of itself; null when it does not answer. */
export async function runnerHealth(): Promise<RunnerReport | null> {
  const base = env().RUNNER_URL;
  if (!base) return null;
  try {
    const response = await fetch(new URL("/healthz", base), { signal: AbortSignal.timeout(2_000), cache: "no-store" });
    return { ...HealthReport.parse(await response.json()), clockGapMs: clockGapMs(response) };
  } catch {
    return null;
  }
}

function post(path: string, purpose: Purpose, body: unknown): Promise<unknown> {
  return send(path, signEnvelope(portalKey(), purpose, body));
}

async function send(path: string, envelope: unknown): Promise<unknown> {
  const base = env().RUNNER_URL;
  if (!base) throw new RunnerRefused("No sandbox runner is configured (RUNNER_URL).", false);
  let response: Response;
  try {
    response = await fetch(new URL(path, base), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(envelope),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "error",
    });
  } catch {
    throw new RunnerRefused("The sandbox runner does not answer.", false);
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const refusal = Refusal.safeParse(answer);
  const final = refusal.success && ["invalid", "too_large", "job_expired"].includes(refusal.data.reason);
  throw new RunnerRefused(refusal.success ? refusal.data.detail : `The sandbox runner answered ${response.status}.`, final);
}
