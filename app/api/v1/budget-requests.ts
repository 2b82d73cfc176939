import { z } from "zod";
import { withdrawOwn } from "@/lib/approvals/withdraw-own";
import { BudgetRequestView, getBudgetRequest } from "@/lib/budgets/get-request";
import { requestRaise } from "@/lib/budgets/request-raise";
import { cleanText, microsSchema } from "@/lib/text";
import { answerJson } from "./answer";
import { IdParams } from "./action-schemas";
import { endpoint, type Api } from "./endpoint";

const tag = "Budgets";

const BudgetRequest = BudgetRequestView.meta({ id: "BudgetRequest", description: "Status: `pending` until a person decides, then `approved` or `rejected`; or `expired`, `cancelled`. It may be approved at once where a policy says so, and a person may approve less: `grantedMicros`." });

const AskBody = z
  .strictObject({
    budgetId: z.uuid("must be an id (UUID)").meta({ description: "The budget that refused: `budget.id` of the refusal." }),
    amountMicros: microsSchema.min(1, "must be more than nothing").meta({ description: "What is asked for on top of its cap, in micro-units." }),
    reason: cleanText({ min: 3, max: 1000, lines: true }).meta({ description: "Why, for the person who decides.", minLength: 3, maxLength: 1000 }),
  })
  .meta({ id: "AskForBudget", examples: [{ budgetId: "0192f1c0-7c1f-7cc1-9a51-2f4f6d0c3d11", amountMicros: 5_000_000, reason: "Month-end needs 20 more reports." }] });

/** Asking for more money, and what became of it. */
export function mountBudgetRequests(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/budget-requests",
      tag,
      summary: "Ask for more budget",
      description:
        "When a budget refused an action, asks people to raise it, as the approval policies say. Approved, it is raised in its current window only; then submit the action again with a new Idempotency-Key. Needs the scope `approvals.request`.",
      body: AskBody,
      answers: { 201: { description: "A person is asked.", schema: BudgetRequest } },
      refusals: ["policy_denied", "not_found", "conflict", "approval_queue_full"],
    },
    async (ctx, { body, c }) => {
      const { approvalId } = await requestRaise(ctx, body);
      return answerJson(c, await getBudgetRequest(ctx, { id: approvalId }), 201, { location: `/api/v1/budget-requests/${approvalId}` });
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/budget-requests/{id}",
      tag,
      summary: "Get a budget request",
      description: "What became of a request that this agent made. Needs the scope `approvals.request`.",
      params: IdParams,
      answers: { 200: { description: "The request as it stands.", schema: BudgetRequest } },
      refusals: ["not_found"],
    },
    async (ctx, { params, c }) => answerJson(c, await getBudgetRequest(ctx, params)),
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/budget-requests/{id}/cancel",
      tag,
      summary: "Withdraw a budget request",
      description: "Nobody is asked any more. Once it was decided there is nothing to withdraw. Withdrawing it again is answered the same. Needs the scope `approvals.request`.",
      params: IdParams,
      answers: { 200: { description: "The request as it stands.", schema: BudgetRequest } },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, c }) => {
      await withdrawOwn(ctx, { ...params, kind: "budget" });
      return answerJson(c, await getBudgetRequest(ctx, params));
    },
  );
}
