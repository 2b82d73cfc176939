import { AppError, type ErrorCode } from "./errors";
import { toAppError } from "./result";

const titles: Record<ErrorCode, string> = {
  invalid_input: "The request is not valid",
  unauthenticated: "No valid credential",
  budget_exceeded: "The budget does not allow it",
  forbidden: "Not permitted",
  policy_denied: "Denied by policy",
  fresh_proof_needed: "A fresh proof of who you are is needed",
  network_not_allowed: "Not from this network",
  not_found: "Not found",
  method_not_allowed: "The method is not allowed here",
  conflict: "Conflict",
  gone: "No longer available",
  payload_too_large: "The request is too large",
  unsupported_media_type: "The media type is not supported",
  idempotency_key_reused: "The idempotency key was used for another request",
  locked: "Locked",
  rate_limited: "Too many requests",
  approval_queue_full: "Too many requests wait for approval",
  internal: "Internal error",
  unavailable: "Temporarily unavailable",
};

/** A problem document (RFC 9457) for whatever was thrown. */
export function problem(error: unknown, requestId: string): Response {
  const mapped = toAppError(error, requestId);
  const known = mapped instanceof AppError ? mapped : undefined;
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store", "x-request-id": requestId });
  if (known?.retryAfterSeconds !== undefined) headers.set("retry-after", String(known.retryAfterSeconds));
  if (mapped.code === "unauthenticated") headers.set("www-authenticate", 'Bearer realm="countersign"');
  return new Response(JSON.stringify(problemBody(mapped, requestId)), { status: mapped.status, headers });
}

/** What a problem document says, for an answer that has several of them. */
export function problemBody(mapped: ReturnType<typeof toAppError>, requestId: string): { type: string; status: number } & Record<string, unknown> {
  const known = mapped instanceof AppError ? mapped : undefined;
  return {
    type: `urn:countersign:problem:${mapped.code}`,
    title: titles[mapped.code],
    status: mapped.status,
    detail: known?.message ?? "Something went wrong on our side; nothing was changed. Try again, then tell an admin the request id.",
    ...(known?.hint ? { hint: known.hint } : {}),
    ...(known?.fields ? { errors: known.fields } : {}),
    requestId,
    ...known?.extensions,
  };
}
