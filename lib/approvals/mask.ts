/** What stands in the place of a secret. */
export const maskMark = "[masked]";

const secretKey = /(?:^|[^a-z])(?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|apikey|authorization|auth|private[-_ ]?key|credential|cookie|session[-_ ]?id)s?(?:$|[^a-z])/i;

// Forms in which providers give out keys, and the ways in which programs carry them.
const secretForms: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}/g,
  /\bcs_[A-Za-z0-9]+_[A-Za-z0-9_-]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{16,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{30,}/g,
];
const bearer = /\b(bearer|basic)(\s+)[\w+/=.~-]{8,}/gi;
const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)[^\s@/]+(@)/gi;
const assignment = /((?:password|passwd|passphrase|secret|token|api[-_]?key|authorization|private[-_]?key)["']?\s*[:=]\s*)(["'`])((?:(?!\2)[^\\\n]|\\.)+)\2/gi;

export type Masked<T> = { value: T; count: number };

/** Text with what looks like a secret replaced by a mark, and how many there were. */
export function maskText(text: string): { text: string; count: number } {
  let count = 0;
  const mark = () => {
    count += 1;
    return maskMark;
  };
  let masked = text;
  for (const form of secretForms) masked = masked.replace(form, mark);
  masked = masked
    .replace(bearer, (_all, scheme: string, space: string) => scheme + space + mark())
    .replace(userInfo, (_all, before: string, after: string) => before + mark() + after)
    .replace(assignment, (all, before: string, quote: string, value: string) => (value === maskMark ? all : before + quote + mark() + quote));
  return { text: masked, count };
}

/** JSON with secrets masked: by the names under which they stand, and by what they look like. */
export function maskJson(value: unknown, key = ""): Masked<unknown> {
  if (key !== "" && isSecretKey(key) && isFilled(value) && !isTokenCount(key, value)) return { value: maskMark, count: 1 };
  if (typeof value === "string") {
    const { text, count } = maskText(value);
    return { value: text, count };
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => maskJson(item));
    return { value: items.map((item) => item.value), count: sum(items) };
  }
  if (value === null || typeof value !== "object") return { value, count: 0 };
  const entries = Object.entries(value).map(([name, inner]) => ({ name: maskText(name), inner: maskJson(inner, name) }));
  return {
    value: Object.fromEntries(entries.map(({ name, inner }) => [name.text, inner.value])),
    count: sum(entries.map(({ inner }) => inner)) + entries.reduce((total, { name }) => total + name.count, 0),
  };
}

function isSecretKey(key: string): boolean {
  // accessToken and access_token are the same word.
  return secretKey.test(key.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
}

function isFilled(value: unknown): boolean {
  return value !== null && value !== "" && typeof value !== "boolean";
}

/** Models take `max_tokens: 4000`, which says nothing secret. */
function isTokenCount(key: string, value: unknown): boolean {
  return typeof value === "number" && /tokens/i.test(key);
}

function sum(items: readonly { count: number }[]): number {
  return items.reduce((total, item) => total + item.count, 0);
}
