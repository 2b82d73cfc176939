import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import type { PersonCtx } from "./ctx/ctx";
import { requireCaller } from "./ctx/session";
import { AppError } from "./errors";
import { newId } from "./id";
import { problem } from "./problem";

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
    let requestId = newId();
    try {
      requireOwnPage(request);
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

/**
 * Cookies go along from other ports and sibling hosts, which are of the same site; what does something answers only to
 * pages of this origin (Fetch Metadata, `Sec-Fetch-Site`, which no page can set).
 */
function requireOwnPage(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  if (["GET", "HEAD"].includes(request.method) || site === null || site === "same-origin") return;
  throw new AppError("forbidden", "This was asked for by a page of another site.", { hint: "Open the portal itself and ask there." });
}
