import canonicalize from "canonicalize";
import { serve } from "inngest/edge";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { problem } from "@/lib/problem";
import { readBounded } from "@/lib/requests/bounded-body";
import { inngest } from "./client";
import { isFresh, isSignedBy } from "./engine/keys";
import { functions } from "./functions/all";

/** A call carries what all earlier steps gave, of which the engine keeps 32 MiB, and its event. */
const largestBody = 40 * 1024 * 1024;

/**
 * How the job engine learns of the functions and calls them. Where it calls is never taken from a request, whose Host
 * header could send the jobs elsewhere.
 */
const handle = serve({ client: inngest, functions, serveOrigin: env().INNGEST_SERVE_ORIGIN ?? env().APP_URL });

/**
 * Answers `/api/inngest` for whoever has the engine's signing key. The SDK would ask nobody for a signature before it
 * registers, and tells the log of each call that it refuses; so the signature is checked here first.
 */
export async function answerEngine(request: Request): Promise<Response> {
  try {
    requireFreshSignature(request);
    const body = request.method === "GET" ? null : await readBounded(request, largestBody);
    requireSigned(request, body ? Buffer.from(body).toString("utf8") : "");
    return await handle(new Request(request.url, { method: request.method, headers: request.headers, body: body && new Uint8Array(body) }));
  } catch (error) {
    return problem(error, newId());
  }
}

const header = "x-inngest-signature";

/** Before the body is read, which may be long. Inngest's development server, which has to be chosen, signs nothing. */
function requireFreshSignature({ headers }: Request): void {
  if (inngest.mode !== "dev" && !isFresh(headers.get(header) ?? undefined)) throw unsigned();
}

function requireSigned({ headers }: Request, body: string): void {
  if (inngest.mode === "dev") return;
  const signature = headers.get(header) ?? undefined;
  const keys = [inngest.signingKey, inngest.signingKeyFallback].filter((key) => key !== undefined);
  const signs = (text: string) => keys.some((key) => isSignedBy(signature, text, key));
  // Ours signs what it sends, Inngest the canonical form of it (RFC 8785).
  if (!signs(body) && !signs(canonicalForm(body))) throw unsigned();
}

function canonicalForm(body: string): string {
  try {
    return canonicalize(JSON.parse(body)) ?? "";
  } catch {
    return body;
  }
}

function unsigned(): AppError {
  return new AppError("unauthenticated", "This call is not signed with the job engine's key.", {
    hint: "Portal and engine need the same INNGEST_SIGNING_KEY, and clocks that differ by less than five minutes.",
  });
}
