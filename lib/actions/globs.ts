/**
 * Tool globs: `*` stands for any characters, separators included; `/` and `.` are the same. Takes time in proportion to
 * the text whatever the glob is: a regular expression made of one with several stars can take minutes, for every tenant.
 */
export function globs(patterns: readonly string[]): (tool: string) => boolean {
  const parts = patterns.map((pattern) => dotted(pattern).split("*"));
  return (tool) => parts.some((each) => inOrder(each, dotted(tool)));
}

/** The parts between the stars must stand in the text in order; the earliest place of each leaves most to the others. */
export function inOrder([first = "", ...rest]: readonly string[], text: string): boolean {
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** A tool as globs see it. */
export function dotted(text: string): string {
  return text.replaceAll("/", ".");
}
