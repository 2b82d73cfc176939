import { z } from "zod";
import { errorStatus } from "@/lib/errors";

/** Every refusal, RFC 9457. */
export const Problem = z
  .looseObject({
    type: z.string().meta({ description: `One of ${Object.keys(errorStatus).map((code) => `urn:countersign:problem:${code}`).join(", ")}` }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What happened, for a person." }),
    hint: z.string().optional().meta({ description: "What to do about it." }),
    errors: z.record(z.string(), z.string()).optional().meta({ description: "Path of a field → what is wrong with it." }),
    rule: z.string().optional().meta({ description: "The rule that refused. It stands in the table of refusals in the documentation." }),
    owner: z.object({ kind: z.enum(["person", "team"]), name: z.string() }).optional().meta({ description: "Who answers for that rule." }),
    howToAsk: z.object({ text: z.string(), page: z.string() }).optional().meta({ description: "How to get what was refused, and the page of the portal where it is changed." }),
    requestId: z.string().meta({ description: "Also in the header X-Request-Id; name it when you ask for help." }),
  })
  .meta({
    id: "Problem",
    description: "A refusal (RFC 9457). What a rule refuses carries `rule`, `owner` and `howToAsk`; a refused action is there as `action`; a refusal by a budget has `budget` and `ask`, a call that asks for more.",
    examples: [
      {
        type: "urn:countersign:problem:invalid_input",
        title: "The request is not valid",
        status: 400,
        detail: "estimatedCostMicros: must not be negative",
        hint: "Correct the fields that are named and send it again; nothing was changed.",
        errors: { estimatedCostMicros: "must not be negative" },
        requestId: "0192f1c0-7c1f-7cc1-9a51-2f4f6d0c3d11",
      },
    ],
  });
