/** What somebody wrote, be it an agent, a person or another outsider: shown for what it is, never read as part of the sentence. */
export type Said = { said: string };

/** An amount, in the organization's currency. */
type Cost = { micros: number };

/** A sentence in pieces; a plain string is ours. */
export type Sentence = (string | Said | Cost)[];

const longest = 300;

/** A sentence of ours with what others wrote in it: whatever is put in is `Said`, unless it is a sentence already. */
export function say(words: TemplateStringsArray, ...values: readonly (string | number | Sentence)[]): Sentence {
  return words.flatMap((word, at): Sentence => {
    const value = values[at];
    const before: Sentence = word ? [word] : [];
    if (value === undefined) return before;
    if (Array.isArray(value)) return [...before, ...value];
    const text = String(value);
    return [...before, { said: text.length > longest ? `${text.slice(0, longest)}…` : text }];
  });
}
