import { z } from "zod";
import { maxBatch } from "@/lib/actions/submit-batch";
import { Action, IdempotencyHeaders, SubmitBody } from "./action-schemas";
import { Problem } from "./problem-schema";

export const BatchAction = SubmitBody.extend({ idempotencyKey: IdempotencyHeaders.shape["idempotency-key"] }).meta({ id: "BatchAction" });

/** Each is read for itself, so that one that cannot be read does not refuse the others. */
export const BatchBody = z
  .strictObject({
    actions: z
      .array(z.unknown())
      .min(1, "send at least one")
      .max(maxBatch, `send at most ${maxBatch}`)
      .meta({ items: { $ref: "#/components/schemas/BatchAction" }, description: "What is to be decided, in order." }),
  })
  .meta({
    id: "SubmitBatch",
    examples: [
      {
        actions: [
          { idempotencyKey: "read-1", tool: "crm.read", arguments: { customer: 4711 }, estimatedCostMicros: 1000 },
          { idempotencyKey: "mail-1", tool: "mail.send", arguments: { to: "jo@example.com", text: "Your report is ready." }, estimatedCostMicros: 2000, purpose: "Tell the customer" },
        ],
      },
    ],
  });

const BatchResult = z
  .object({
    idempotencyKey: z.string().nullable().meta({ description: "The key that was sent; null where none could be read." }),
    status: z.int().meta({ description: "201 decided, 200 sent before, or the status of the refusal." }),
    action: Action.optional(),
    problem: Problem.optional(),
  })
  .meta({ id: "BatchResult" });

export const BatchAnswer = z.object({ results: z.array(BatchResult) }).meta({ id: "BatchAnswer" });
