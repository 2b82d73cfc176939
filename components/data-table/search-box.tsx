"use client";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../ui/icon";
import { Input } from "../ui/input";
import { useShortcuts } from "../shell/shortcuts";

const PAUSE_MS = 300;

interface SearchBoxProps {
  label: string;
  placeholder: string;
  value: string;
  onSearch: (text: string) => void;
}

/** Searches when one pauses; Enter does not wait, and the arrow down leads to the first row. */
export function SearchBox({ label, placeholder, value, onSearch }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  // The address changed by other means than typing here: 'clear', or going back.
  if (value !== seen) {
    setSeen(value);
    if (value !== text.trim()) setText(value);
  }

  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcuts([{ keys: "/", label: "Search", run: () => input.current?.focus() }], "Tables");

  function later(next: string, delayMs: number) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next), delayMs);
  }

  return (
    <div className="relative w-full sm:w-64">
      <Icon name="search" className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-subtle" />
      <Input
        ref={input}
        type="search"
        aria-label={`Search ${label}`}
        placeholder={placeholder}
        value={text}
        maxLength={200}
        className="pl-8"
        onChange={(event) => later(event.target.value, PAUSE_MS)}
        onKeyDown={(event) => {
          if (event.key === "Enter") later(text, 0);
          const first = event.key === "ArrowDown" ? firstRowBeside(event.currentTarget) : null;
          if (first) {
            event.preventDefault();
            first.focus();
          }
          if (event.key === "Escape") {
            later("", 0);
            input.current?.blur();
          }
        }}
      />
    </div>
  );
}

/** The link of the first row in the list that the box belongs to. */
function firstRowBeside(box: Element): HTMLElement | null {
  for (let around = box.parentElement; around; around = around.parentElement) {
    const row = around.querySelector<HTMLElement>("[data-row-link]");
    if (row) return row;
  }
  return null;
}
