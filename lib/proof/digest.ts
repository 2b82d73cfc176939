import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical";

/**
 * The digest that an approval is bound to, of its parts: SHA-256 over their RFC 8785 form. The arguments are text in that form
 * already, and stand in it as they are.
 */
export function digestOf(parts: Record<string, unknown>, argumentsText: string | null): string {
  const all = argumentsText === null ? parts : { ...parts, arguments: null };
  const members = Object.keys(all)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${key === "arguments" && argumentsText !== null ? argumentsText : canonicalJson(parts[key])}`);
  return hashOfText(`{${members.join(",")}}`);
}

/** SHA-256 of a text's UTF-8 form, hexadecimal. */
export function hashOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
