"use client";
import { useEffect, useState } from "react";

const SHOWN_MS = 1_500;

/** Copies text to the clipboard; `copied` is true for a moment after it worked. */
export function useCopy(text: string): { copied: boolean; copy: () => Promise<void> } {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure context there is no clipboard API; selecting and copying still works there.
      copyBySelection(text);
    }
    setCopied(true);
  }

  return { copied, copy };
}

function copyBySelection(text: string) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
