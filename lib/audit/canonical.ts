import type { Json } from "./actions";

// Printable ASCII, which is in quotes what it is without them.
const plain = /^[ !#-[\]-~]*$/;
// A NUL, or half of a surrogate pair: JSON text in Postgres can hold neither.
const suspicious = /[\0\uD800-\uDFFF]/;
const unstorable = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * RFC 8785 canonical JSON of what is appended to the stream; NUL and lone surrogates become U+FFFD. Written here since every
 * decision waits for it: a general library takes four times as long. Members that are undefined are left out.
 * @throws RangeError for a number that JSON has no text for.
 */
export function canonicalJson(value: Json): string {
  switch (typeof value) {
    case "string":
      if (plain.test(value)) return `"${value}"`;
      return JSON.stringify(suspicious.test(value) ? value.replace(unstorable, "\uFFFD") : value);
    case "number":
      if (!Number.isFinite(value)) throw new RangeError("an event has a number that is not finite");
      return String(Object.is(value, -0) ? 0 : value);
    case "boolean":
      return value ? "true" : "false";
    default:
      if (value === null) return "null";
      return Array.isArray(value) ? `[${value.map(canonicalJson).join(",")}]` : canonicalObject(value);
  }
}

function canonicalObject(object: { [key: string]: Json | undefined }): string {
  let text = "{";
  // Sorted by UTF-16 code units, as the RFC wants, which is how JavaScript sorts.
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value === undefined) continue;
    text += `${text.length === 1 ? "" : ","}${canonicalJson(key)}:${canonicalJson(value)}`;
  }
  return `${text}}`;
}
