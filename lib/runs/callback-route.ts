import { AppError } from "@/lib/errors";
import { problem } from "@/lib/problem";
import { readBounded } from "@/lib/requests/bounded-body";
import { requestIdHeader, requestIdOf } from "@/lib/requests/request-id";
import { MAX_CALLBACK_BYTES } from "@/runner/contract/schemas";
import type { Purpose } from "@/runner/contract/signing";
import type { z } from "zod";
import type { Ctx } from "@/lib/ctx/ctx";
import { openCallback, type Once } from "./open-callback";

/** The runner's door: bounded body → signed envelope → verb. 200 and 409 both mean that the runner is done with it. */
export function callbackRoute<T extends { runId: string; jobNonce: string }>(
  schema: z.ZodType<T>,
  purpose: Purpose,
  record: (ctx: Ctx, body: T, once: Once) => Promise<unknown>,
) {
  return async (request: Request): Promise<Response> => {
    const requestId = requestIdOf(request.headers.get(requestIdHeader));
    try {
      const envelope = await readJson(request);
      const { ctx, body, once } = await openCallback(schema, purpose, envelope, requestId);
      await record(ctx, body, once);
      return Response.json({ accepted: true }, { headers: { "cache-control": "no-store" } });
    } catch (error) {
      return problem(error, requestId);
    }
  };
}

async function readJson(request: Request): Promise<unknown> {
  const body = await readBounded(request, MAX_CALLBACK_BYTES);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new AppError("invalid_input", "The callback is not JSON.");
  }
}
