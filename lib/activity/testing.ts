import type { Sentence } from "./say";

/** A sentence as one line, for tests: what others wrote in ‹›. */
export function sentenceText(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : "said" in part ? `‹${part.said}›` : `$${part.micros / 1_000_000}`)).join("");
}
