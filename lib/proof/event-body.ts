import type { AuditBody } from "@/lib/audit/file/body";
import { isRecord, isText, maybe, nullOr, objectOf, oneOf, parseJson } from "./shape";

/** An event of the bundle with its place in the stream. */
export type Read = { seq: number; body: AuditBody };

const isApproval = objectOf({ id: isText, required: (value) => typeof value === "boolean", by: nullOr(isText), policyVersion: nullOr((value) => typeof value === "number") }, { others: true });

const isBody = objectOf(
  {
    v: oneOf(1), id: isText, organization: isText, time: isText, action: isText, requestId: isText, details: isRecord,
    actor: objectOf({ kind: isText, id: isText, name: isText, ip: nullOr(isText), userAgent: nullOr(isText), roles: maybe(Array.isArray), session: maybe(isText) }, { others: true }),
    resource: objectOf({ type: isText, id: isText, name: isText, workspace: nullOr(isText) }, { others: true }),
    outcome: oneOf("success", "failure", "blocked"),
    severity: oneOf("info", "notice", "warning", "critical"),
    approval: maybe(isApproval),
  },
  { others: true },
);

/** Reads the body of an event; null when it is none. */
export function readBody(body: string): AuditBody | null {
  const parsed = parseJson(body);
  return isBody(parsed) ? (parsed as AuditBody) : null;
}

/** A member of an event's details, or of an object in them, as text; null when it is none. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** One event was written after the other, by the stream's order and by its own time. */
export function isBefore(first: Read, second: Read): boolean {
  return first.seq < second.seq && first.body.time <= second.body.time;
}
