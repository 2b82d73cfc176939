import { cn } from "./cn";
import { type Segment, segmentHostile } from "./hostile-segments";

/** More than this is not put into a page at all. */
const SHOWN_LIMIT = 200_000;
const LINE_LENGTH = 120;
/** HTML parsers split longer text, and hydration would find another tree than was rendered. */
const NODE_LENGTH = 30_000;
const pieces = new RegExp(`[^]{1,${NODE_LENGTH}}`, "gu");

interface HostileTextProps {
  text: string;
  /** One line within other text: line feeds become chips too. */
  inline?: boolean;
  /** Show this many lines and fold the rest away. */
  lines?: number;
  mono?: boolean;
  className?: string;
}

/**
 * Text that an agent or another outsider wrote, shown for what it is: nothing is interpreted,
 * and what would be invisible or move other text is made visible.
 */
export function HostileText({ text, inline, lines, mono, className }: HostileTextProps) {
  const style = cn("[unicode-bidi:isolate]", mono && "font-mono text-sm", className);
  if (inline) {
    return <span className={cn("whitespace-pre-wrap wrap-anywhere", style)}>{render(segmentHostile(text.slice(0, SHOWN_LIMIT), true))}</span>;
  }
  const limited = text.slice(0, SHOWN_LIMIT);
  const cut = lines ? foldAt(limited, lines) : limited.length;
  const rest = limited.slice(cut);
  return (
    <div className={cn("min-w-0 whitespace-pre-wrap wrap-anywhere", style)}>
      {render(segmentHostile(limited.slice(0, cut)))}
      {rest ? (
        <details className="group">
          <summary className="inline-flex min-h-6 items-center font-sans text-sm font-medium text-accent hover:underline">
            <span className="group-open:hidden">Show all {text.length.toLocaleString("en-US")} characters</span>
            <span className="hidden group-open:inline">Show less</span>
          </summary>
          {render(segmentHostile(rest))}
        </details>
      ) : null}
      {text.length > SHOWN_LIMIT ? (
        <p className="mt-1 font-sans text-sm text-warn">
          {(text.length - SHOWN_LIMIT).toLocaleString("en-US")} more characters are not shown here.
        </p>
      ) : null}
    </div>
  );
}

function render(segments: Segment[]) {
  return segments.map((segment, index) => {
    const { source } = segment;
    const key = `${index}:${segment.kind}`;
    if (segment.kind === "text") return source.length > NODE_LENGTH ? source.match(pieces) : source;
    if (segment.kind === "rtl") {
      return (
        <bdi key={key} dir="rtl">
          {source}
        </bdi>
      );
    }
    if (segment.kind === "blank") {
      return (
        <span key={key} title={segment.name} className="before:text-subtle before:content-['⇥']">
          {source}
        </span>
      );
    }
    return (
      <bdi key={key} title={segment.name} className="relative mx-px rounded-sm border border-danger-line bg-danger-soft box-decoration-clone px-0.5 font-mono text-[0.85em] wrap-anywhere text-danger">
        ⟨{segment.label}⟩<span className="sr-only"> {segment.name} </span>
      </bdi>
    );
  });
}

/** Where to fold: after so many lines, or as many characters as they would hold. */
function foldAt(text: string, lines: number): number {
  let end = -1;
  for (let line = 0; line < lines; line++) {
    const next = text.indexOf("\n", end + 1);
    if (next === -1) {
      end = text.length;
      break;
    }
    end = next;
  }
  const most = lines * LINE_LENGTH;
  // A fold one line before the end would hide less than the button that opens it takes up.
  if (end <= most) return text.length - end < LINE_LENGTH && !text.slice(end + 1).includes("\n") ? text.length : end;
  return text.length <= most + LINE_LENGTH ? text.length : most;
}
