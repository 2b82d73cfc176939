export interface Line {
  kind: "same" | "added" | "removed";
  text: string;
  /** Its number in the newer text, or in the older one for what was removed. */
  number: number;
}

/** Beyond so many comparisons two texts are told apart as a whole: nobody reads such a difference by lines. */
const mostCompared = 4_000_000;

/** What changed between two texts, line by line: the longest common sequence stays. */
export function lineDifference(before: string, after: string): Line[] {
  const [was, is] = [linesOf(before), linesOf(after)];
  const start = commonStart(was, is);
  const end = commonEnd(was, is, start);
  const [oldMiddle, newMiddle] = [was.slice(start, was.length - end), is.slice(start, is.length - end)];
  return [
    ...is.slice(0, start).map((text, at): Line => ({ kind: "same", text, number: at + 1 })),
    ...middle(oldMiddle, newMiddle, start),
    ...is.slice(is.length - end).map((text, at): Line => ({ kind: "same", text, number: is.length - end + at + 1 })),
  ];
}

/** Nothing is no line, rather than an empty one. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

function middle(was: readonly string[], is: readonly string[], offset: number): Line[] {
  const removed = (at: number): Line => ({ kind: "removed", text: was[at] ?? "", number: offset + at + 1 });
  const added = (at: number): Line => ({ kind: "added", text: is[at] ?? "", number: offset + at + 1 });
  if (was.length * is.length > mostCompared) return [...was.map((_, at) => removed(at)), ...is.map((_, at) => added(at))];
  const common = commonLengths(was, is);
  const width = is.length + 1;
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < was.length || j < is.length) {
    if (i < was.length && j < is.length && was[i] === is[j]) {
      lines.push({ kind: "same", text: was[i] ?? "", number: offset + j + 1 });
      i++;
      j++;
    } else if (j === is.length || (i < was.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) lines.push(removed(i++));
    else lines.push(added(j++));
  }
  return lines;
}

/** For each pair of beginnings how long the rest has in common, as one flat table. */
function commonLengths(was: readonly string[], is: readonly string[]): Uint32Array {
  const width = is.length + 1;
  const table = new Uint32Array((was.length + 1) * width);
  for (let i = was.length - 1; i >= 0; i--) {
    for (let j = is.length - 1; j >= 0; j--) {
      const at = i * width + j;
      table[at] = was[i] === is[j] ? (table[at + width + 1] ?? 0) + 1 : Math.max(table[at + width] ?? 0, table[at + 1] ?? 0);
    }
  }
  return table;
}

function commonStart(was: readonly string[], is: readonly string[]): number {
  const most = Math.min(was.length, is.length);
  let at = 0;
  while (at < most && was[at] === is[at]) at++;
  return at;
}

function commonEnd(was: readonly string[], is: readonly string[], start: number): number {
  const most = Math.min(was.length, is.length) - start;
  let at = 0;
  while (at < most && was[was.length - 1 - at] === is[is.length - 1 - at]) at++;
  return at;
}
