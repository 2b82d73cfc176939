import { z } from "zod";
import { ActionView, IdempotencyKey, SubmitActionInput } from "@/lib/actions/schemas";

const exampleId = "0192f1c0-7c1f-7cc1-9a51-2f4f6d0c3d11";

export const IdParams = z.strictObject({ id: z.uuid("must be an id (UUID)").meta({ description: "The id that was given when it was made.", examples: [exampleId] }) });

const { shape } = SubmitActionInput;

export const SubmitBody = z
  .strictObject({
    tool: shape.tool.meta({ description: "What is used. `sandbox.python`, `sandbox.node` and `sandbox.shell` run in the portal's sandbox; other tools the agent carries out itself." }),
    operation: shape.operation.meta({ description: "What is done with it." }),
    resource: shape.resource.meta({ description: "What it is done to, for people to read.", maxLength: 512 }),
    arguments: shape.arguments.meta({
      type: "object",
      additionalProperties: true,
      description:
        "Everything the tool is given. An approval is bound to exactly this. For `sandbox.*`: `code`, and optionally `args` (strings), `stdin`, `files` (`name` with `content` or `contentBase64`) and `timeoutSeconds`. Files that the program writes into `out/` are kept.",
    }),
    estimatedCostMicros: shape.estimatedCostMicros.meta({ description: "Expected cost in micro-units of the organization's currency: 1.50 USD is 1500000. Reserved in every budget that applies." }),
    estimatedTokens: shape.estimatedTokens.meta({ description: "Tokens of language models that it will use, in and out together. Counted against the agent's limits; left out: none." }),
    declaredRisk: shape.declaredRisk.meta({ description: "The agent's own estimate. It can raise the risk class, never lower it." }),
    purpose: shape.purpose.meta({ description: "Why, for the person who may have to approve it.", maxLength: 1000 }),
    lease: shape.lease.meta({ description: "A lease, as it was handed out: it stands for the yes that would be asked for.", maxLength: 65_536 }),
  } satisfies Record<keyof typeof shape, z.ZodType>)
  .meta({
    id: "SubmitAction",
    examples: [
      {
        tool: "sandbox.python",
        arguments: { code: "import csv\nprint(sum(float(r['amount']) for r in csv.DictReader(open('expenses.csv'))))", files: [{ name: "expenses.csv", content: "amount\n12.50\n7.00\n" }] },
        estimatedCostMicros: 200000,
        purpose: "Sum of this month's expenses",
      },
    ],
  });

export const IdempotencyHeaders = z.object({
  "idempotency-key": z
    .string("is required: send a text of your choice that is new for each action, such as a UUID")
    .pipe(IdempotencyKey)
    .meta({ description: "1 to 255 visible ASCII characters, new for each action. Sending a request again with its key is safe.", minLength: 1, maxLength: 255, examples: ["expenses-2026-03"] }),
});

export const LastEventHeaders = z.object({
  "last-event-id": z.string().max(100, "is not one of ours").optional().meta({ description: "The `id` of the last event that was received." }),
});

export const ReplayedHeaders = z.object({ "Idempotency-Replayed": z.literal("true") });

export const WaitQuery = z.strictObject({
  timeoutSeconds: z.coerce.number("must be a number").int("must be a whole number").min(0).max(60, "must be at most 60").default(30).meta({ description: "How long to wait." }),
  for: z.enum(["decision", "turn", "end"]).default("decision").meta({ description: "`decision`: until it no longer waits for approval. `turn`: until it is its turn among the agent's own that wait to begin. `end`: until it is over." }),
});

export const Action = ActionView.meta({
  id: "Action",
  description:
    "Status: `pending_approval` (a person is asked) → `allowed` (take the grant, or the run is on its way) → `running` → `succeeded` or `failed`; or `denied`, `rejected`, `expired`, `cancelled`.",
});

export const ActionPage = z
  .object({ actions: z.array(Action), next: z.string().nullable(), previous: z.string().nullable() })
  .meta({ id: "ActionPage" });

