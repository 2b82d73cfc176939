"use client";
import { Icon } from "./icon";
import { useCopy } from "./use-copy";

const SHORT_ABOVE = 16;

/** An identifier, shortened in the middle; the whole of it on hover and, when pressed, on the clipboard. */
export function CopyableId({ id, full }: { id: string; full?: boolean }) {
  const { copied, copy } = useCopy(id);
  // Time-ordered ids begin alike, so the end must stay in sight.
  const shown = full || id.length <= SHORT_ABOVE ? id : `${id.slice(0, 6)}…${id.slice(-6)}`;
  return (
    <button
      type="button"
      onClick={copy}
      title={`${id} (press to copy)`}
      aria-label={`Copy ${id}`}
      className="group inline-flex min-h-6 max-w-full items-center gap-1 rounded-sm font-mono text-sm text-muted hover:text-ink"
    >
      <span className={full ? "text-left break-all" : "whitespace-nowrap"}>{shown}</span>
      <Icon name={copied ? "check" : "copy"} className="size-3 opacity-50 group-hover:opacity-100" />
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}
