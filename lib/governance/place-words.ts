/**
 * Where something stands in a document, as people read it: `rules.0.answer.stages.1.name` is
 * 'Rule 1 (Large payments), answer, stage 2 (Boss), name'. Parts that have a name are called by it too.
 */
export function placeWords(path: string, content: unknown): string {
  if (path === "") return "";
  const words: string[] = [];
  let at: unknown = content;
  let list = "";
  for (const step of path.split(".")) {
    const value = at !== null && typeof at === "object" ? (at as Record<string, unknown>)[step] : undefined;
    if (list !== "" && /^\d+$/.test(step)) {
      const name = nameOf(value);
      words.splice(-1, 1, `${singular(list)} ${Number(step) + 1}${name ? ` (${name})` : ""}`);
      list = "";
    } else {
      words.push(plain(step));
      list = step;
    }
    at = value;
  }
  const text = words.join(", ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const longestName = 60;

/** What a part is called by whoever wrote it: a rule by its name, a row by its tool, a test by what it says. */
function nameOf(value: unknown): string | null {
  if (value === null || typeof value !== "object") return typeof value === "string" ? cut(value) : null;
  for (const key of ["name", "tool", "title", "id"]) {
    const name = (value as Record<string, unknown>)[key];
    if (typeof name === "string" && name.trim() !== "") return cut(name);
  }
  return null;
}

const cut = (text: string) => (text.length > longestName ? `${text.slice(0, longestName - 1)}…` : text);

/** "anyOf" as "any of". */
const plain = (step: string) => step.replaceAll(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);

/** Of what a list of a document is called, one: "rules", "policies" and "breakGlass" as "rule", "policy" and "break glass". */
function singular(list: string): string {
  const words = plain(list);
  if (words.endsWith("ies")) return `${words.slice(0, -3)}y`;
  return words.endsWith("s") && !words.endsWith("ss") ? words.slice(0, -1) : words;
}
