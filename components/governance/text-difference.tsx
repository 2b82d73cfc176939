import { cn } from "../ui/cn";
import { HostileText } from "../ui/hostile-text";
import { lineDifference, type Line } from "./line-difference";

const looks = {
  same: { sign: " ", word: "", className: "" },
  added: { sign: "+", word: "added: ", className: "bg-ok-soft" },
  removed: { sign: "−", word: "removed: ", className: "bg-danger-soft" },
} as const;

/** Lines around a change that are shown with it. */
const around = 3;

/** Two versions of a text: what came and what went, with some lines around each change. */
export function TextDifference({ before, after }: { before: string; after: string }) {
  const lines = lineDifference(before, after);
  return (
    // Focusable, since a keyboard must be able to scroll it.
    <div role="group" aria-label="Changed lines" tabIndex={0} className="relative max-h-96 overflow-auto rounded-md border border-line bg-surface py-1 font-mono text-sm focus-visible:-outline-offset-2">
      {parts(lines).map((part) =>
        "skipped" in part ? (
          <p key={`skipped ${part.at}`} className="px-3 text-subtle">
            ⋯ {part.skipped === 1 ? "1 line" : `${part.skipped} lines`} as before
          </p>
        ) : (
          <p key={`${part.line.kind} ${part.line.number}`} className={cn("flex gap-2 px-3", looks[part.line.kind].className)}>
            <span aria-hidden="true" className="w-10 shrink-0 text-right text-subtle select-none">
              {part.line.number} {looks[part.line.kind].sign}
            </span>
            <span className="sr-only">{looks[part.line.kind].word}</span>
            <HostileText inline mono text={part.line.text} />
          </p>
        ),
      )}
    </div>
  );
}

type Part = { line: Line } | { skipped: number; at: number };

function parts(lines: readonly Line[]): Part[] {
  const near = new Set(lines.flatMap(({ kind }, at) => (kind === "same" ? [] : Array.from({ length: 2 * around + 1 }, (_, step) => at - around + step))));
  const found: Part[] = [];
  lines.forEach((line, at) => {
    const last = found.at(-1);
    if (near.has(at)) found.push({ line });
    else if (last && "skipped" in last) last.skipped++;
    else found.push({ skipped: 1, at });
  });
  return found;
}
