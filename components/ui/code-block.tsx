"use client";
import { useState } from "react";
import { cn } from "./cn";
import { CopyButton } from "./copy-button";
import { IconButton } from "./icon-button";

interface CodeBlockProps {
  /** Text of our own; what an agent wrote belongs in HostileText. */
  code: string;
  label: string;
  language?: string;
  /** Long lines are wrapped at first: for what is compared by eye. */
  wrap?: boolean;
}

/** Code to be read and copied. */
export function CodeBlock({ code, label, language, wrap = false }: CodeBlockProps) {
  const [wrapped, setWrapped] = useState(wrap);
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border border-line bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 border-b border-line py-0.5 pr-1 pl-3 text-sm text-muted">
        <span className="truncate">
          {label}
          {language ? <span className="text-subtle"> · {language}</span> : null}
        </span>
        <span className="flex">
          <IconButton icon="wrap" label="Wrap long lines" size="sm" aria-pressed={wrapped} onClick={() => setWrapped(!wrapped)} className="aria-pressed:bg-hover aria-pressed:text-ink" />
          <CopyButton text={code} label={`Copy ${label}`} />
        </span>
      </figcaption>
      {/* Focusable, since a keyboard must be able to scroll it. */}
      <pre tabIndex={0} className={cn("max-h-100 overflow-auto p-3 font-mono text-sm focus-visible:-outline-offset-2", wrapped && "whitespace-pre-wrap wrap-anywhere")}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
