import type { Context } from "hono";
import { noteDirectoryError } from "@/lib/directory/note";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { toAppError } from "@/lib/result";
import { answerScim } from "./answer";
import type { ScimEnv } from "./request";

const fallbackTypes: Partial<Record<string, string>> = { invalid_input: "invalidValue", conflict: "mutability", payload_too_large: "tooMany" };

/** Whatever was thrown, as RFC 7644, section 3.12 has it; what a directory got wrong is also shown on its page. */
export async function answerError(thrown: Error, c: Context<ScimEnv>): Promise<Response> {
  const requestId = c.get("requestId");
  const mapped = toAppError(thrown, requestId);
  const known = mapped instanceof AppError ? mapped : null;
  const status = typeof known?.extensions.scimStatus === "number" ? known.extensions.scimStatus : mapped.status;
  const detail = known ? sentence(known) : "Something went wrong on our side; nothing was changed.";
  const scimType = known?.extensions.scimType ?? (known && status !== 412 ? fallbackTypes[known.code] : undefined);
  await note(c, status, detail);
  const headers: Record<string, string> = {};
  if (known?.retryAfterSeconds !== undefined) headers["retry-after"] = String(known.retryAfterSeconds);
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="countersign"';
  return answerScim(c, status, { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: String(status), ...(scimType ? { scimType } : {}), detail }, headers);
}

function sentence({ message, hint, fields }: AppError): string {
  const wrong = Object.entries(fields ?? {}).map(([field, text]) => `${field} ${text}.`);
  return [message, ...wrong, hint].filter(Boolean).join(" ").slice(0, 1_000);
}

/** Not what was merely looked for in vain. */
async function note(c: Context<ScimEnv>, status: number, detail: string): Promise<void> {
  const ctx = c.get("ctx");
  if (!ctx || c.req.method === "GET" || status === 412) return;
  try {
    await noteDirectoryError(ctx, `${c.req.method} ${new URL(c.req.url).pathname.replace(/^.*\/v2/, "")}: ${detail}`);
  } catch (cause) {
    log.warn({ err: cause, requestId: c.get("requestId") }, "a directory's error could not be noted");
  }
}
