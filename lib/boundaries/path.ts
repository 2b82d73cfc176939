export type ReadPath = { ok: true; path: string } | { ok: false; problem: string };

const longest = 4_096;
// What programs drop, or take for another sign of the same look.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/u;

/**
 * A path of an agent's in the one form that policies are compared with: `/` between its parts, no empty ones, no `.`, Unicode
 * NFC. What two programs could read differently is refused rather than mended: `..`, percent signs that hide a sign, backslashes,
 * `~`, drives and schemes, dots and spaces at the end of a part. Upper and lower case stay different. Where a symbolic link leads cannot be seen from here.
 */
export function normalizePath(text: string): ReadPath {
  const no = (problem: string): ReadPath => ({ ok: false, problem });
  if (text.length > longest) return no(`is longer than ${longest} characters`);
  if (text.trim() === "" || text !== text.trim()) return no("is empty, or begins or ends with a space");
  if (unsafe.test(text)) return no("has a character that cannot be seen");
  if (text.includes("\\")) return no("has a backslash; write / between folders");
  if (/%[0-9a-f]{2}/i.test(text)) return no("has an encoded character such as %2f, which programs decode differently; write it as it is");
  const parts = text.normalize("NFC").split("/");
  if (parts.some((part) => /^\.{2,}$/.test(part) || /^[\u2024\u2025\u2026\uFF0E.]+$/.test(part) && part !== ".")) return no("has a part such as .., by which it leads out of its folder");
  if (parts.some((part) => part !== "." && /[.\p{White_Space}]$/u.test(part))) return no("has a part that ends with a dot or a space, which some systems leave out");
  if (parts.some((part) => part.includes("::$"))) return no("names a stream of a file, which is the file itself under another name");
  if (parts.some((part) => /[\u2044\u2215\u29F8\uFF0F\uFF3C]/.test(part))) return no("has a sign that looks like /");
  const kept = parts.filter((part) => part !== "" && part !== ".").join("/");
  if (kept.startsWith("~")) return no("begins with ~, which stands for a folder that is not known here");
  if (/^[a-z][a-z0-9+.-]*:/i.test(kept)) return no("has a drive or a scheme; write a path such as /reports/may.csv");
  return { ok: true, path: text.startsWith("/") ? `/${kept}` : kept || "." };
}
