import { z } from "zod";
import { authorizeVerify } from "@/lib/audit/authorize-verify";
import { textStream } from "@/lib/audit/text-stream";
import { verifySteps } from "@/lib/audit/verify";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { log } from "@/lib/log";
import { route } from "@/lib/route";
import type { VerifyStep } from "../verify-steps";

/** Verifies the whole stream and tells how far it is, a JSON object a line. */
export const POST = route(z.object({}), async (ctx) => {
  await authorizeVerify(ctx);
  return new Response(textStream(lines(ctx)), { headers: { "content-type": "application/jsonl; charset=utf-8", "cache-control": "no-store" } });
});

async function* lines(ctx: PersonCtx): AsyncGenerator<string> {
  const line = (step: VerifyStep) => `${JSON.stringify(step)}\n`;
  try {
    const steps = verifySteps(ctx);
    for (;;) {
      const step = await steps.next();
      if (step.done) {
        const { events, checkpoints, problem } = step.value;
        yield line({ events, checkpoints, problem: problem?.message ?? null });
        return;
      }
      yield line({ checked: step.value.checked });
    }
  } catch (error) {
    log.error({ err: error, requestId: ctx.requestId }, "a verification ended early");
    yield line({ error: `The verification could not be finished. Tell an admin the request id ${ctx.requestId}.` });
  }
}
