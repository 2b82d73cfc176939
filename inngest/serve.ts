import { serve } from "inngest/edge";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { problem } from "@/lib/problem";
import { readBounded } from "@/lib/requests/bounded-body";
import { inngest } from "./client";
import { functions } from "./functions/all";

/** A call carries what all earlier steps gave, of which the engine keeps 32 MiB, and its event. */
const largestBody = 40 * 1024 * 1024;

/**
 * How the job engine learns of the functions and calls them. Where it calls is never taken from a request: anybody may ask
 * for a registration, and its Host header would send the jobs to them.
 */
const handle = serve({ client: inngest, functions, serveOrigin: env().INNGEST_SERVE_ORIGIN ?? env().APP_URL });

/**
 * Answers `/api/inngest`. The SDK checks the signature of a body that it has read, however long it is; so the body is read
 * here, up to a bound.
 */
export async function answerEngine(request: Request): Promise<Response> {
  try {
    if (request.method === "GET") return await handle(request);
    const body = await readBounded(request, largestBody);
    return await handle(new Request(request.url, { method: request.method, headers: request.headers, body: new Uint8Array(body) }));
  } catch (error) {
    // The SDK parses what it has not checked yet: that anybody may send, and it is no fault of ours.
    const unreadable = error instanceof SyntaxError;
    return problem(unreadable ? new AppError("invalid_input", "The call is not JSON.", { cause: error }) : error, newId());
  }
}
