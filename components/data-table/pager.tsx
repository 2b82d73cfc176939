"use client";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import { pageSizes } from "./query-form";

interface PagerProps {
  shown: number;
  page: { next: string | null; previous: string | null; note?: string };
  size: number;
  onTurn: (to: { after: string } | { before: string }) => void;
  onSize: (size: number) => void;
}

/** Next and previous over cursors: as quick on the thousandth page as on the first. */
export function Pager({ shown, page, size, onTurn, onSize }: PagerProps) {
  const { next, previous } = page;
  return (
    <nav aria-label="Pages" className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line px-3 py-2">
      <p className="text-sm text-muted">
        {shown.toLocaleString("en-US")} {shown === 1 ? "row" : "rows"}
        {page.note ? ` · ${page.note}` : ""}
      </p>
      <div className="flex items-center gap-2">
        <Select aria-label="Rows per page" className="w-28" value={size} onChange={(event) => onSize(Number(event.target.value))}>
          {pageSizes.map((option) => (
            <option key={option} value={option}>
              {option} rows
            </option>
          ))}
        </Select>
        <Button disabled={previous === null} onClick={() => previous !== null && onTurn({ before: previous })}>
          Previous
        </Button>
        <Button disabled={next === null} onClick={() => next !== null && onTurn({ after: next })}>
          Next
        </Button>
      </div>
    </nav>
  );
}
