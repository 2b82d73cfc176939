import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { AppError } from "@/lib/errors";
import { maxArgumentsBytes, type SubmitActionInput } from "./schemas";

/** RFC 8785 canonical JSON: key order, number spelling and white space no longer matter; everything else does. */
export function canonicalArguments(args: SubmitActionInput["arguments"]): string {
  const text = canonicalize(args);
  if (text === undefined) throw new AppError("invalid_input", "arguments: cannot be written as JSON");
  if (Buffer.byteLength(text) > maxArgumentsBytes) {
    throw new AppError("payload_too_large", `arguments: must be at most ${maxArgumentsBytes / 1024 / 1024} MiB in canonical JSON.`, {
      hint: "Send smaller files, or several actions.",
    });
  }
  return text;
}

export type DigestParts = {
  agentId: string;
  tool: string;
  operation: string;
  resource: string;
  /** Canonical, from `canonicalArguments`. */
  arguments: string;
  /** What a person narrowed it to, canonical; null or absent: nothing. */
  limits?: string | null;
  /** SHA-256 over the documents that were in force; see `marksHash`. Null, and no part of it: from before there were any. */
  policies: Buffer | null;
  policyVersion: number;
};

/**
 * SHA-256 over the RFC 8785 form of the exact action: what an approval is given for, and what is compared again before
 * it is carried out.
 */
export function actionDigest(parts: DigestParts): Buffer {
  const { arguments: canonical, limits, ...rest } = parts;
  // Keys in RFC 8785 order; the arguments are canonical already and megabytes long, so they are not parsed again.
  const after = canonicalize({ operation: rest.operation, policies: rest.policies?.toString("hex"), policyVersion: rest.policyVersion, resource: rest.resource, tool: rest.tool }) ?? "";
  return createHash("sha256")
    .update(`{"agentId":${JSON.stringify(rest.agentId)},"arguments":`)
    .update(canonical)
    .update(`${limits ? `,"limits":${limits}` : ""},${after.slice(1)}`)
    .digest();
}

/** What makes two requests with one idempotency key the same request. */
export function requestHash(input: SubmitActionInput, canonical: string): Buffer {
  const { arguments: _replaced, ...rest } = input;
  return createHash("sha256").update(canonicalize(rest) ?? "").update("\n").update(canonical).digest();
}
