/**
 * What a reason must hold, e.g. the number of a ticket: `#` stands for a number, `@` for letters, everything else for itself,
 * whatever its case. It must stand in the text as a word of its own. Not a regular expression: read once from left to right
 * and never back, so it takes time in proportion to the text whatever pattern and text are.
 */
export function holdsPattern(text: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase();
  const written = text.toLowerCase();
  let at = 0;
  while (at < written.length) {
    if (!isWordCharacter(written[at - 1])) {
      const end = endOfMatch(written, at, wanted);
      if (end !== null && !isWordCharacter(written[end])) return true;
    }
    at += 1;
  }
  return false;
}

/** A text that holds a pattern, to show what is meant. */
export function exampleOf(pattern: string): string {
  return pattern.replaceAll("#", "123").replaceAll("@", "OPS");
}

/** What is wrong with a pattern; null: nothing. */
export function patternProblem(pattern: string): string | null {
  if (!/[#@]/.test(pattern)) return "needs a # (a number) or an @ (letters), or every reason would have to hold the same words";
  // So that a run always ends where the next character begins, and nothing has to be tried twice.
  if (/#[\d#]|@[\p{L}@]/u.test(pattern)) return "has a # before a digit, or an @ before a letter: nobody could say where the one ends";
  if (/\s/.test(pattern)) return "must be without spaces";
  return null;
}

function endOfMatch(text: string, start: number, pattern: string): number | null {
  let at = start;
  for (const wanted of pattern) {
    if (wanted === "#" || wanted === "@") {
      const end = endOfRun(text, at, wanted === "#" ? isDigit : isLetter);
      if (end === at) return null;
      at = end;
    } else {
      if (!text.startsWith(wanted, at)) return null;
      at += wanted.length;
    }
  }
  return at;
}

/** Of a number or a word at most 40 characters, so that starting at each character stays cheap. */
function endOfRun(text: string, start: number, fits: (character: string | undefined) => boolean): number {
  let at = start;
  while (at - start < 40 && fits(text[at])) at += 1;
  return at;
}

const isDigit = (character: string | undefined) => character !== undefined && character >= "0" && character <= "9";
const isLetter = (character: string | undefined) => character !== undefined && /\p{L}/u.test(character);
const isWordCharacter = (character: string | undefined) => isDigit(character) || isLetter(character);
