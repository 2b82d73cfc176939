import { AppError, type ErrorCode } from "@/lib/errors";

/** `scimType` of RFC 7644, section 3.12. */
export type ScimType = "invalidFilter" | "tooMany" | "uniqueness" | "mutability" | "invalidSyntax" | "invalidPath" | "noTarget" | "invalidValue";

/** A refusal in the words of SCIM. */
export function scimRefusal(scimType: ScimType, message: string, hint?: string): AppError {
  const code: Exclude<ErrorCode, "internal"> = scimType === "uniqueness" ? "conflict" : scimType === "tooMany" ? "payload_too_large" : "invalid_input";
  return new AppError(code, message, { ...(hint ? { hint } : {}), extensions: { scimType } });
}

/** For `If-Match` with another version than the stored one (RFC 7644, section 3.14). */
export function versionChanged(): AppError {
  return new AppError("conflict", "The resource was changed since it was read.", { hint: "Read it again.", extensions: { scimStatus: 412 } });
}
