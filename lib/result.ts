import { z } from "zod";
import { isDatabaseAway, isLockUnreadable, sqlState } from "@/db/error";
import { AppError, databaseAway, type ErrorCode, type FreshProofAsked } from "./errors";
import { log } from "./log";
import { partIsAway } from "./outage";

/** What a server action gives back to its form. Never carries a secret, except where a verb's value is one, shown once. */
export type ActionResult<T> =
  | { ok: true; value: T }
  | { ok: false; error: { code: ErrorCode; message: string; hint?: string; fields?: Record<string, string>; freshProof?: FreshProofAsked; requestId: string } };

/** What a refusal names at most; whoever sends more that is wrong has enough to read. */
const mostFields = 50;
const longestField = 200;

/** One refusal from zod's issues: each field's path with what is wrong and what it should be. */
export function invalidInput(error: z.ZodError): AppError {
  const fields: Record<string, string> = {};
  for (const issue of error.issues.slice(0, mostFields)) {
    const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, mostFields) : [];
    for (const key of keys) fields[nameOf([...issue.path, key])] = "is not a field of this request; remove it";
    if (keys.length === 0) fields[nameOf(issue.path) || "body"] ??= issue.message;
  }
  const first = Object.entries(fields)[0];
  return new AppError("invalid_input", first ? `${first[0]}: ${first[1]}` : "The input is not valid.", {
    fields,
    hint: "Correct the fields that are named and send it again; nothing was changed.",
    cause: error,
  });
}

function nameOf(path: readonly PropertyKey[]): string {
  const name = path.join(".");
  return name.length > longestField ? `${name.slice(0, longestField)}…` : name;
}

/** SQLSTATEs of text that is no id or number, and of NUL in a text. */
const unstorable: ReadonlySet<string> = new Set(["22P02", "22021", "22P05"]);

/** SQLSTATE of a statement that waited or worked for longer than any may. */
const statementTimeout = "57014";

/** Maps whatever was thrown to what its receiver may see; the unknown becomes 'internal' and goes to the log. */
export function toAppError(error: unknown, requestId: string): AppError | { code: "internal"; status: 500; requestId: string } {
  if (error instanceof AppError) return error;
  if (error instanceof z.ZodError) return invalidInput(error);
  if (unstorable.has(sqlState(error) ?? "")) {
    log.warn({ err: error, requestId }, "the database refused what was sent");
    return new AppError("invalid_input", "Something in the request cannot be read: an id that is none, or a character that no text may have.", {
      hint: "Correct it and send it again; nothing was changed.",
      cause: error,
    });
  }
  if (sqlState(error) === statementTimeout) {
    log.warn({ err: error, requestId }, "the database was too busy to answer in time");
    return new AppError("unavailable", "The database was too busy to answer in time; nothing was changed.", { hint: "Send it again in a few seconds.", retryAfterSeconds: 5, cause: error });
  }
  if (isLockUnreadable(error)) {
    log.error({ err: error, requestId }, "locks cannot be read, so everything counts as locked");
    return new AppError("unavailable", "Whether this is locked cannot be read at the moment, so it counts as locked.", { hint: "Nothing was changed. Tell who runs this portal: its database refuses to give the table of locks.", cause: error });
  }
  if (isDatabaseAway(error)) {
    partIsAway("database", error, { requestId });
    return databaseAway(error);
  }
  log.error({ err: error, requestId }, "unexpected error");
  return { code: "internal", status: 500, requestId };
}

export function failed(error: unknown, requestId: string): Extract<ActionResult<never>, { ok: false }> {
  const mapped = toAppError(error, requestId);
  if (!(mapped instanceof AppError)) {
    return {
      ok: false,
      error: { code: "internal", message: "Something went wrong on our side; nothing was changed.", hint: `Tell an admin the request id ${requestId}.`, requestId },
    };
  }
  return {
    ok: false,
    error: {
      code: mapped.code,
      message: mapped.message,
      ...(mapped.hint ? { hint: mapped.hint } : {}),
      ...(mapped.fields ? { fields: mapped.fields } : {}),
      ...(mapped.freshProof ? { freshProof: mapped.freshProof } : {}),
      requestId,
    },
  };
}
