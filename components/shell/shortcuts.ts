"use client";
import { useEffect, useSyncExternalStore } from "react";

export interface Shortcut {
  /** A single character as typed ("j", "?"), a named key ("Escape"), or "mod+" and a letter (⌘ or Ctrl). */
  keys: string;
  label: string;
  run: () => void;
  /** Works while a drawer or dialog is open too. */
  inDialog?: boolean;
}

interface Group {
  name: string;
  shortcuts: readonly Shortcut[];
}

// One list for the whole page, outside React: whoever is mounted adds to it, the help dialog reads it.
let groups: readonly Group[] = [];
const listeners = new Set<() => void>();

/** Makes keys do something while the caller is mounted, and lists them in the help dialog under a group's name. */
export function useShortcuts(shortcuts: readonly Shortcut[], group: string): void {
  useEffect(() => {
    const entry = { name: group, shortcuts };
    change([...groups, entry]);
    return () => change(groups.filter((other) => other !== entry));
  });
}

/** All shortcuts that work on this page, by group. */
export function useShortcutGroups(): readonly Group[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => groups,
    () => groups,
  );
}

function change(next: readonly Group[]) {
  if (groups.length === 0 && next.length > 0) window.addEventListener("keydown", press);
  if (groups.length > 0 && next.length === 0) window.removeEventListener("keydown", press);
  groups = next;
  for (const notify of listeners) notify();
}

function press(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const dialogOpen = document.querySelector("dialog:modal,[popover=auto]:popover-open") !== null;
  // The latest to be mounted is the nearest to what one looks at, so it wins.
  const hit = groups
    .flatMap((group) => group.shortcuts)
    .findLast((shortcut) => matches(shortcut.keys, event) && (!dialogOpen || shortcut.inDialog));
  if (!hit || (!hit.keys.startsWith("mod+") && isTyping(event.target))) return;
  event.preventDefault();
  hit.run();
}

function matches(keys: string, event: KeyboardEvent): boolean {
  const withModifier = event.metaKey || event.ctrlKey;
  if (keys.startsWith("mod+")) return withModifier && !event.altKey && event.key.toLowerCase() === keys.slice(4);
  return !withModifier && !event.altKey && event.key === keys;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}
