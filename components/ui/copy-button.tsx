"use client";
import type { ControlSize } from "./control-styles";
import { IconButton } from "./icon-button";
import { useCopy } from "./use-copy";

/** Copies a text; its mark turns into a tick for a moment. */
export function CopyButton({ text, label, size = "sm" }: { text: string; label: string; size?: ControlSize }) {
  const { copied, copy } = useCopy(text);
  return (
    <>
      <IconButton icon={copied ? "check" : "copy"} label={label} size={size} onClick={copy} />
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}
