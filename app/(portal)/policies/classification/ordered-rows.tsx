"use client";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";

type Props<Row> = {
  /** What one row is called, as "kind". */
  noun: string;
  rows: readonly Row[];
  onRows: (rows: Row[]) => void;
  make: () => Row;
  /** Whether the order says something. */
  ordered: boolean;
  empty: string;
  children: (row: Row, change: (part: Partial<Row>) => void, at: number) => ReactNode;
};

/** Rows that are edited in place. Alt with an arrow moves one up or down, and what was in focus stays in focus. */
export function OrderedRows<Row extends object>({ noun, rows, onRows, make, ordered, empty, children }: Props<Row>) {
  const list = useRef<HTMLOListElement>(null);
  const [said, setSaid] = useState("");

  function focus(at: number, control: string | undefined) {
    requestAnimationFrame(() => {
      const row = list.current?.children[at];
      (row?.querySelector<HTMLElement>(`[data-control="${control ?? ""}"]`) ?? row?.querySelector<HTMLElement>("input, select, button"))?.focus();
    });
  }

  function move(from: number, to: number, control: string | undefined) {
    const row = rows[from];
    if (!row || to < 0 || to >= rows.length) return;
    onRows(rows.toSpliced(from, 1).toSpliced(to, 0, row));
    setSaid(`Row ${from + 1} is row ${to + 1} of ${rows.length} now`);
    focus(to, control);
  }

  function remove(at: number) {
    onRows(rows.toSpliced(at, 1));
    setSaid(`Row ${at + 1} is removed`);
    focus(Math.min(at, rows.length - 2), "remove");
  }

  function onKeyDown(event: KeyboardEvent<HTMLLIElement>, at: number) {
    if (!ordered || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const control = event.target instanceof HTMLElement ? event.target.dataset.control : undefined;
    move(at, event.key === "ArrowUp" ? at - 1 : at + 1, control);
  }

  return (
    <div className="grid gap-3">
      {rows.length === 0 ? <p className="text-muted">{empty}</p> : null}
      <ol ref={list} className="grid gap-3 empty:hidden">
        {rows.map((row, at) => (
          <li key={at} aria-label={`${noun} ${at + 1} of ${rows.length}`} onKeyDown={(event) => onKeyDown(event, at)} className="flex min-w-0 gap-2 rounded-md border border-line p-2 max-sm:flex-col">
            <span className="w-6 shrink-0 pt-6 text-right text-subtle max-sm:hidden">{at + 1}</span>
            <div className="min-w-0 flex-1">{children(row, (part) => onRows(rows.with(at, { ...row, ...part })), at)}</div>
            <div className="flex shrink-0 items-start gap-1 pt-5 max-sm:items-center max-sm:justify-end max-sm:pt-0">
              <span className="mr-auto text-subtle sm:hidden">
                {noun} {at + 1}
              </span>
              {ordered ? (
                <>
                  <IconButton icon="chevron-up" label={`Move ${noun} ${at + 1} up`} data-control="up" disabled={at === 0} onClick={() => move(at, at - 1, "up")} />
                  <IconButton icon="chevron-down" label={`Move ${noun} ${at + 1} down`} data-control="down" disabled={at === rows.length - 1} onClick={() => move(at, at + 1, "down")} />
                </>
              ) : null}
              <IconButton icon="trash" label={`Remove ${noun} ${at + 1}`} data-control="remove" onClick={() => remove(at)} />
            </div>
          </li>
        ))}
      </ol>
      <p role="status" className="sr-only">
        {said}
      </p>
      <div>
        <Button
          size="sm"
          icon="plus"
          onClick={() => {
            onRows([...rows, make()]);
            focus(rows.length, "");
          }}
        >
          Add a {noun}
        </Button>
      </div>
    </div>
  );
}
