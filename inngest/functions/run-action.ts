import { systemCtx } from "@/lib/ctx/system";
import { log } from "@/lib/log";
import { checkRun } from "@/lib/runs/check";
import { claimRun, type Claim } from "@/lib/runs/claim";
import { dispatchRun, type Dispatched } from "@/lib/runs/dispatch";
import { giveUpRun } from "@/lib/runs/give-up";
import { runState } from "@/lib/runs/state";
import { inngest } from "../client";
import { dataOf } from "../events";
import { waitOrSee, type Step } from "../wait";

/** Pauses between dispatches while no runner takes the job: quick at first, then patient, a day in all. */
const pauses = [...Array<string>(5).fill("2s"), ...Array<string>(30).fill("10s"), ...Array<string>(120).fill("60s"), ...Array<string>(260).fill("5m")];

/**
 * Pauses before the looks after an overdue run. A job may wait ten minutes on the runner before it starts, and a runner or
 * a way to it that is away for a while still brings the result; after an hour nobody's word helps any more.
 */
const looks = [15_000, ...Array<number>(11).fill(30_000), ...Array<number>(11).fill(5 * 60_000)];

type Job = { organizationId: string; runId: string; agentId: string; approvalId: string | null };

/** The life of a run: a person's decision, a free place, the sandbox, the result. Each step may be repeated. */
export const runAction = inngest.createFunction(
  {
    id: "run-action",
    triggers: { event: "run/created" },
    retries: 15,
    onFailure: async ({ event, error }) => {
      const data = dataOf("run/created", event.data.event);
      log.error({ runId: data.runId, name: error.name, message: error.message }, "a run could not be carried out");
      // Agents read the reason, so what went wrong inside stays in the log.
      await giveUpRun(systemCtx("runs", data.organizationId), { runId: data.runId, reason: "The run could not be carried out; the portal's log says why." });
    },
  },
  async ({ event, step }) => {
    const job = dataOf("run/created", event);
    await decided(step, job);
    if ((await claimed(step, job)) !== "ready") return "not started";
    if ((await dispatched(step, job)) !== "dispatched") return "not dispatched";
    return finished(step, job);
  },
);

function stateOf(job: Job) {
  return runState(systemCtx("runs", job.organizationId), { runId: job.runId });
}

/** Returns once the decision was made or its time is over. What was decided is read by the claim, which comes next. */
async function decided(step: Step, job: Job): Promise<void> {
  if (!job.approvalId) return;
  const before = await step.run("read the decision", () => stateOf(job));
  if (before.actionStatus !== "pending_approval") return;
  // A little past the expiry, so that the clock that ends approvals comes first and tells.
  const until = new Date(Date.parse(before.approvalExpiresAt ?? new Date().toISOString()) + 5 * 60_000);
  await waitOrSee(
    step,
    "wait for the decision",
    { event: "approval/decided", if: "event.data.approvalId == async.data.approvalId", timeout: until },
    async () => (await stateOf(job)).actionStatus !== "pending_approval",
  );
}

async function claimed(step: Step, job: Job): Promise<Claim> {
  for (let turn = 0; turn < 400; turn++) {
    const claim = await step.run(`claim ${turn}`, () => claimRun(systemCtx("runs", job.organizationId), { runId: job.runId }));
    if (claim !== "slot") return claim;
    const longest = turn < 100 ? "15s" : "5m";
    await step.waitForEvent(`wait for a place ${turn}`, { event: "run/finished", if: "event.data.agentId == async.data.agentId", timeout: longest });
  }
  await step.run("give up waiting for a place", () =>
    giveUpRun(systemCtx("runs", job.organizationId), { runId: job.runId, reason: "No place became free within a day." }),
  );
  return "over";
}

async function dispatched(step: Step, job: Job): Promise<Dispatched> {
  for (const [turn, pause] of pauses.entries()) {
    const answer = await step.run(`dispatch ${turn}`, () => dispatchRun(systemCtx("runs", job.organizationId), { runId: job.runId }));
    if (answer !== "waiting") return answer;
    await step.sleep(`pause ${turn}`, pause);
  }
  await step.run("give up waiting for a runner", () =>
    giveUpRun(systemCtx("runs", job.organizationId), { runId: job.runId, reason: "No sandbox runner took it within a day." }),
  );
  return "over";
}

async function finished(step: Step, job: Job): Promise<string> {
  const { wallTimeLimitMs } = await step.run("read the limit", () => stateOf(job));
  for (const [look, pauseMs] of looks.entries()) {
    const told = await waitOrSee(
      step,
      `wait for the result ${look + 1}`,
      { event: "run/finished", if: "event.data.runId == async.data.runId", timeout: look === 0 ? wallTimeLimitMs + pauseMs : pauseMs },
      async () => (await stateOf(job)).finished,
    );
    if (told) return "finished";
    const found = await step.run(`ask the runner ${look + 1}`, () =>
      checkRun(systemCtx("runs", job.organizationId), { runId: job.runId, last: look === looks.length - 1 }),
    );
    if (found === "over") return "ended without a result";
  }
  return "ended without a result";
}
