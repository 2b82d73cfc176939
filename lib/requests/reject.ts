import type { AuditEntry } from "@/lib/audit/actions";
import { recordEvent } from "@/lib/audit/record";
import type { AgentCtx } from "@/lib/ctx/ctx";
import type { AppError, ErrorCode } from "@/lib/errors";
import { auditQuota } from "./quota";

/** Refusals of a request's form. Refusals of what it asks for are recorded by the verbs that refuse. */
const recorded: ReadonlySet<ErrorCode> = new Set(["invalid_input", "payload_too_large", "unsupported_media_type", "idempotency_key_reused"]);

const quota = auditQuota(60);
const maxFields = 20;

/** Records that a known agent sent a request which could not be understood: which, and what was wrong, without its content. */
export async function recordRejection(ctx: AgentCtx, request: { method: string; path: string }, error: AppError): Promise<void> {
  if (!recorded.has(error.code)) return;
  const name = `${ctx.actor.apiKeyId}:${error.code}`;
  const repeated = quota.take(name);
  if (repeated === null) return;
  const target = `${request.method} ${request.path.slice(0, 200)}`;
  const entry: AuditEntry = {
    action: "requests.rejected",
    resource: { type: "request", id: ctx.requestId, name: target, workspaceId: ctx.actor.workspaceId },
    details: { code: error.code, fields: Object.keys(error.fields ?? {}).slice(0, maxFields).map((field) => field.slice(0, 100)), repeated },
    outcome: "blocked",
  };
  try {
    await recordEvent(ctx, entry);
  } catch (cause) {
    quota.forget(name);
    throw cause;
  }
}
