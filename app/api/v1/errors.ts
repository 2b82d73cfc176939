import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { problem } from "@/lib/problem";
import { explainRefusal } from "@/lib/refusals/explain";
import { recordRejection } from "@/lib/requests/reject";
import { requestIdHeader, requestIdOf } from "@/lib/requests/request-id";
import { toAppError } from "@/lib/result";
import { envelopeHeaders } from "./answer";
import type { ApiEnv } from "./endpoint";

/** Gives the request its id, and every answer the headers that keep browsers from making something else of it. */
export const envelope: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const requestId = requestIdOf(c.req.header(requestIdHeader));
  c.set("requestId", requestId);
  await next();
  if (c.res === RESPONSE_ALREADY_SENT) return;
  const { headers } = c.res;
  for (const [name, value] of Object.entries(envelopeHeaders(requestId))) headers.set(name, value);
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
};

/** Whatever was thrown as a problem document. A known agent's unreadable request is recorded first. */
export async function onError(thrown: Error, c: Context<ApiEnv>): Promise<Response> {
  const requestId = c.get("requestId");
  const error = toAppError(thrown instanceof HTTPException ? httpRefusal(thrown) : thrown, requestId);
  const ctx = c.get("ctx");
  if (!(error instanceof AppError) || !ctx) return problem(error instanceof AppError ? error : thrown, requestId);
  return problem(await settled(ctx, error, { method: c.req.method, path: c.req.path }), requestId);
}

/** A refusal as its caller gets it: recorded where it must be, with the rule, who answers for it and how to ask. */
export async function settled(ctx: AgentCtx, error: AppError, request: { method: string; path: string }): Promise<AppError> {
  try {
    await recordRejection(ctx, request, error);
  } catch (cause) {
    log.error({ err: cause, requestId: ctx.requestId }, "a rejected request could not be recorded");
    return new AppError("unavailable", "The request was refused, and the refusal could not be recorded.", { hint: "Try again in a moment." });
  }
  return explainRefusal(error, ctx);
}

export function onUnknownPath(c: Context<ApiEnv>): Response {
  const error = new AppError("not_found", "There is no such address in this API.", {
    hint: "All addresses are described in /api/v1/openapi.json and on the portal's API page.",
  });
  return problem(error, c.get("requestId"));
}

export function onWrongMethod(c: Context<ApiEnv>, allowed: string[]): Response {
  const error = new AppError("method_not_allowed", `${c.req.method.slice(0, 20)} is not possible here.`, { hint: `Use ${allowed.join(" or ")}.` });
  const response = problem(error, c.get("requestId"));
  response.headers.set("allow", allowed.join(", "));
  return response;
}

/** What the framework itself refuses before an endpoint is reached. */
function httpRefusal(error: HTTPException): AppError {
  return new AppError("invalid_input", error.message || "The request could not be read.", { cause: error });
}
