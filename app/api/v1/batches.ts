import { submitBatch, type BatchedOutcome } from "@/lib/actions/submit-batch";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { problemBody } from "@/lib/problem";
import { toAppError } from "@/lib/result";
import { answerJson } from "./answer";
import { BatchAction, BatchAnswer, BatchBody } from "./batch-schemas";
import { endpoint, type Api } from "./endpoint";
import { settled } from "./errors";

/** Submitting several actions at once. */
export function mountBatches(api: Api): void {
  api.openAPIRegistry.register("BatchAction", BatchAction);
  endpoint(
    api,
    {
      method: "post",
      path: "/actions/batches",
      tag: "Actions",
      summary: "Submit several actions",
      description:
        "Up to 100 actions in one call, each with an `idempotencyKey` of its own. Each is decided for itself, in their order, and has its own answer in the same place of `results`: " +
        "`status` is what a single submission would have been answered with, and comes with `action` or `problem`. One that is refused, or cannot be read, keeps none of the others back. " +
        "Sending the whole batch again is safe. Needs the scope `actions.submit`.",
      body: BatchBody,
      answers: { 200: { description: "An answer for each, in the order in which they were sent.", schema: BatchAnswer } },
      refusals: ["unavailable"],
    },
    async (ctx, { body, c }) => {
      const outcomes = await submitBatch(ctx, body.actions);
      const request = { method: c.req.method, path: c.req.path };
      return answerJson(c, { results: await Promise.all(outcomes.map((outcome) => resultOf(ctx, outcome, request))) });
    },
  );
}

async function resultOf(ctx: AgentCtx, outcome: BatchedOutcome, request: { method: string; path: string }) {
  const { idempotencyKey } = outcome;
  if ("submitted" in outcome) return { idempotencyKey, status: outcome.submitted.replayed ? 200 : 201, action: outcome.submitted.action };
  const error = toAppError(outcome.error, ctx.requestId);
  const told = error instanceof AppError ? await settled(ctx, error, request) : error;
  return { idempotencyKey, status: told.status, problem: problemBody(told, ctx.requestId) };
}
