import { inOrder } from "@/lib/actions/globs";

/** A pattern for text of an agent: true when it stands for the text, or for one word of it. */
export type TextMatcher = (text: string) => boolean;

/**
 * Patterns of resources and arguments: only `*` is special and stands for any characters; case does not count. A pattern
 * stands for the whole text or for one of its words, so that `prod` is found in `crm/prod_eu` and not in `product`.
 * Takes time in proportion to the text, whatever the pattern is, and sees compatibility forms (NFKC) and invisible
 * characters for what they look like.
 */
export function textMatcher(pattern: string): TextMatcher {
  const parts = plain(pattern).split("*");
  const isWord = !/[^\p{L}\p{N}*]/u.test(plain(pattern));
  return (text) => {
    const seen = plain(text);
    return inOrder(parts, seen) || (isWord && words(seen).some((word) => inOrder(parts, word)));
  };
}

/** Lower case, one form of each character, and none that cannot be seen. */
export function plain(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return text.normalize("NFKC").replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "").toLowerCase();
}

function words(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u);
}
