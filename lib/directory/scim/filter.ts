import { type Filter, parse } from "scim2-parse-filter";
import { scimRefusal } from "./refusal";

const maxLength = 512;
const maxBrackets = 16;

/** `attribute eq value`, the attribute in lower case without its schema's URN. */
export type Equals = { attribute: string; value: string | number | boolean | null };

/**
 * Parses a filter or a path with the library, after bounds on its length and nesting. Line breaks are refused first: the
 * library's expression for quoted text takes exponential time over them.
 * @throws AppError with `invalidFilter`.
 */
export function parseBounded(text: string): Filter {
  const brackets = text.match(/[([]/g)?.length ?? 0;
  const nots = text.match(/\bnot\b/gi)?.length ?? 0;
  if (text.length > maxLength || brackets + nots > maxBrackets || /\p{Cc}/u.test(text)) {
    throw scimRefusal("invalidFilter", `A filter has at most ${maxLength} characters and ${maxBrackets} brackets, and is one line.`);
  }
  try {
    return parse(text);
  } catch {
    throw scimRefusal("invalidFilter", "The filter is not one of RFC 7644, section 3.4.2.2.");
  }
}

/** The comparisons of a filter that is made of `eq` and `and` only. @throws AppError with `invalidFilter` for any other. */
export function comparisons(filter: Filter): Equals[] {
  if (filter.op === "eq" && "compValue" in filter) return [{ attribute: plainName(filter.attrPath), value: filter.compValue }];
  if (filter.op === "and" && "filters" in filter) return filter.filters.flatMap(comparisons);
  if (filter.op === "[]" && "valFilter" in filter) {
    return comparisons(filter.valFilter).map(({ attribute, value }) => ({ attribute: `${plainName(filter.attrPath)}.${attribute}`, value }));
  }
  throw scimRefusal("invalidFilter", "Filters may use 'eq' and 'and' only.");
}

/** Attribute names are compared without case, and the core schemas' URNs may stand before them (RFC 7644, section 3.10). */
export function plainName(name: string): string {
  return name.replace(/^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i, "").toLowerCase();
}
