import { inOrder } from "@/lib/actions/globs";

type Pattern = readonly ("Wildcard" | { Literal: string })[];
export type Matcher = (text: string) => boolean;

/** Cedar's `like`, in time in proportion to the text whatever the pattern is. */
export function literalLike(pattern: Pattern): Matcher {
  const parts = pattern.reduce<string[]>(
    (found, piece) => {
      if (piece === "Wildcard") found.push("");
      else found.push(`${found.pop() ?? ""}${piece.Literal}`);
      return found;
    },
    [""],
  );
  const [first = "", last = ""] = parts;
  // crm.* and the like, which most are.
  if (parts.length === 2 && last === "") return (text) => text.startsWith(first);
  return (text) => inOrder(parts, text);
}
