"use client";
import { useRef } from "react";

const PAUSE_MS = 700;

/** Finds the next item whose text begins with what is being typed; a pause begins anew. */
export function useTypeahead(): (key: string, items: readonly HTMLElement[], from: number) => HTMLElement | undefined {
  const typed = useRef({ text: "", at: 0 });
  return (key, items, from) => {
    if (key.length !== 1 || key === " ") return undefined;
    const now = Date.now();
    const text = (now - typed.current.at < PAUSE_MS ? typed.current.text : "") + key.toLowerCase();
    typed.current = { text, at: now };
    // While one letter is repeated, it goes from one match to the next.
    const start = text.length > 1 ? Math.max(0, from) : from + 1;
    const inOrder = [...items.slice(start), ...items.slice(0, start)];
    return inOrder.find((item) => item.textContent?.trim().toLowerCase().startsWith(text));
  };
}
