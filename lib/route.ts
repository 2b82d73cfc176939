import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import type { PersonCtx } from "./ctx/ctx";
import { requireCaller } from "./ctx/session";
import { requireOwnPage } from "./own-page";
import { problem } from "./problem";
import { requestIdHeader, requestIdOf } from "./requests/request-id";

type Params = { params: Promise<Record<string, string | string[]>> };

/**
 * The door for browser routes (downloads, live streams): session → Ctx → parse query and path → respond. Refusals are
 * problem documents.
 */
export function route<S extends z.ZodType>(
  schema: S,
  respond: (ctx: PersonCtx, input: z.output<S>, request: Request) => Promise<Response>,
) {
  return async (request: Request, { params }: Params): Promise<Response> => {
    let requestId = requestIdOf(request.headers.get(requestIdHeader));
    try {
      // Reading changes nothing, and what is read stays unreadable to other origins.
      if (!["GET", "HEAD"].includes(request.method)) requireOwnPage(request.headers);
      const ctx = await requireCaller();
      requestId = ctx.requestId;
      const query = Object.fromEntries(new URL(request.url).searchParams);
      return await respond(ctx, schema.parse({ ...query, ...(await params) }), request);
    } catch (error) {
      unstable_rethrow(error);
      return problem(error, requestId);
    }
  };
}
