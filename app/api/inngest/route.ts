import type { NextRequest } from "next/server";

/** Loaded at the first call: the client reads the environment, which a build does not have. */
async function answer(method: "GET" | "POST" | "PUT", request: NextRequest, context: unknown): Promise<Response> {
  const { handlers } = await import("@/inngest/serve");
  return handlers[method](request, context);
}

export const GET = (request: NextRequest, context: unknown) => answer("GET", request, context);
export const POST = (request: NextRequest, context: unknown) => answer("POST", request, context);
export const PUT = (request: NextRequest, context: unknown) => answer("PUT", request, context);
