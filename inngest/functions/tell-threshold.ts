import { tellThreshold } from "@/lib/budgets/tell-threshold";
import { systemCtx } from "@/lib/ctx/system";
import { inngest } from "../client";
import { dataOf } from "../events";

/** Tells the people who can act that a budget's threshold was reached. */
export const tellThresholdFunction = inngest.createFunction(
  { id: "tell-threshold", triggers: { event: "budget/threshold-crossed" }, retries: 10 },
  async ({ event, step }) => {
    const { organizationId, windowId, threshold } = dataOf("budget/threshold-crossed", event);
    await step.run("tell", () => tellThreshold(systemCtx("budgets", organizationId), { windowId, threshold }));
  },
);
