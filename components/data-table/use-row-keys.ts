"use client";
import { type KeyboardEvent, type RefObject, useRef } from "react";
import { useShortcuts } from "../shell/shortcuts";

/**
 * Moves the focus from row to row: j and k from anywhere, the arrows from within. The focus
 * is on the row's own link, so that Enter opens it without any help.
 */
export function useRowKeys(table: RefObject<HTMLElement | null>, selectable: boolean): { onKeyDown: (event: KeyboardEvent) => void } {
  const last = useRef<string | null>(null);

  function move(step: 1 | -1) {
    const rows = rowsOf(table.current);
    const focused = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row ?? last.current;
    const from = rows.findIndex((row) => row.dataset.row === focused);
    const next = rows[from === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, from + step))];
    if (!next) return;
    last.current = next.dataset.row ?? null;
    (next.querySelector<HTMLElement>("[data-row-link]") ?? next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function toggle() {
    document.activeElement?.closest("[data-row]")?.querySelector<HTMLInputElement>("[data-row-select] input")?.click();
  }

  useShortcuts(
    [
      { keys: "j", label: "Next row", run: () => move(1) },
      { keys: "k", label: "Previous row", run: () => move(-1) },
      ...(selectable ? [{ keys: "x", label: "Select the row", run: toggle }] : []),
    ],
    "Tables",
  );

  return {
    onKeyDown: (event) => {
      const inControl = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (inControl || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      if (!(event.target instanceof Element) || !event.target.closest("[data-row]")) return;
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    },
  };
}

function rowsOf(table: HTMLElement | null): HTMLElement[] {
  return table ? [...table.querySelectorAll<HTMLElement>("[data-row]")] : [];
}
