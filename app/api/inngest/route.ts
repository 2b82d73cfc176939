import { NextRequest } from "next/server";
import { newId } from "@/lib/id";
import { problem } from "@/lib/problem";
import { readBounded } from "@/lib/requests/bounded-body";

/** A call carries what all earlier steps gave, of which the engine keeps 32 MiB, and its event. */
const largestBody = 40 * 1024 * 1024;

/** Loaded at the first call: the client reads the environment, which a build does not have. */
async function answer(method: "GET" | "POST" | "PUT", request: NextRequest, context: unknown): Promise<Response> {
  const { handlers } = await import("@/inngest/serve");
  return handlers[method](request, context);
}

/** The SDK checks the signature of a body that it has read, however long it is; so the body is read here. */
async function answerBounded(method: "POST" | "PUT", request: NextRequest, context: unknown): Promise<Response> {
  try {
    const body = await readBounded(request, largestBody);
    const whole = new NextRequest(request.url, { method, headers: request.headers, body: new Uint8Array(body) });
    return await answer(method, whole, context);
  } catch (error) {
    return problem(error, newId());
  }
}

export const GET = (request: NextRequest, context: unknown) => answer("GET", request, context);
export const POST = (request: NextRequest, context: unknown) => answerBounded("POST", request, context);
export const PUT = (request: NextRequest, context: unknown) => answerBounded("PUT", request, context);
