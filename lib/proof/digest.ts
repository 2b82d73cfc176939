import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { BundledDigest } from "./bundle";

/**
 * The digest that an approval is bound to, of its parts: SHA-256 over their RFC 8785 form. The arguments are text in that form
 * already, and stand in it as they are.
 */
export function digestOf(parts: BundledDigest["parts"], argumentsText: string | null): string {
  const all = argumentsText === null ? parts : { ...parts, arguments: null };
  const members = Object.keys(all)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${key === "arguments" && argumentsText !== null ? argumentsText : canonicalize(parts[key])}`);
  return createHash("sha256").update(`{${members.join(",")}}`).digest("hex");
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
