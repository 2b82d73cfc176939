/** Where a line of a text begins and ends; lines and columns count from 1. */
export function lineRange(text: string, line: number): [start: number, end: number] {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return [start, end === -1 ? text.length : end];
}

/** What stands before the first sign of the line that holds this position: a new line begins with it too. */
export function indentationAt(text: string, position: number): string {
  const start = text.lastIndexOf("\n", position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, position))?.[0] ?? "";
}

/** The lines that a selection touches, two spaces further in or out. */
export function shiftLines(text: string, start: number, end: number, by: "in" | "out"): { from: number; to: number; text: string } {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", Math.max(start, end - 1));
  const to = next === -1 ? text.length : next;
  const lines = text.slice(from, to).split("\n");
  return { from, to, text: lines.map((line) => (by === "in" ? (line === "" ? line : `  ${line}`) : line.replace(/^(?: {1,2}|\t)/, ""))).join("\n") };
}
