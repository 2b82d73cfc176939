import { systemCtx } from "@/lib/ctx/system";
import { killRun } from "@/lib/runs/kill";
import { inngest } from "../client";
import { dataOf } from "../events";

/** Ends a sandbox at a person's word; asked again until the runner has heard it. */
export const killRunFunction = inngest.createFunction(
  { id: "kill-run", triggers: { event: "run/kill-requested" }, retries: 15 },
  async ({ event, step }) => {
    const { organizationId, runId } = dataOf("run/kill-requested", event);
    await step.run("kill", () => killRun(systemCtx("runs", organizationId), { runId }));
  },
);
