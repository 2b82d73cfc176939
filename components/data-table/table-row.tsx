"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { MouseEvent, ReactNode } from "react";
import { Checkbox } from "../ui/checkbox";
import { cn } from "../ui/cn";
import { Skeleton } from "../ui/skeleton";
import type { TableColumn } from "./columns";

interface TableRowProps<Row> {
  id: string;
  columns: readonly TableColumn<Row>[];
  /** The content of a column's cell. */
  cell: (column: TableColumn<Row>) => ReactNode;
  titleColumn: string | undefined;
  href: string | undefined;
  isOpen: boolean;
  compact: boolean;
  selection?: { selected: boolean; toggle: (selected: boolean) => void };
}

// On a phone: title and aside fill the first line, `after` ends it, the other cells flow below with their names.
const rowClass = "border-b border-line last:border-b-0 max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-4 max-sm:gap-y-0.5 max-sm:px-4 max-sm:py-3 max-sm:after:order-3 max-sm:after:basis-full";

const places = {
  title: "sm:min-w-48 max-sm:order-1 max-sm:min-w-[45%] max-sm:flex-1 max-sm:basis-0 max-sm:text-md",
  aside: "max-sm:order-2 max-sm:text-right",
  line: "max-sm:order-4 max-sm:flex max-sm:min-w-0 max-sm:gap-1.5 max-sm:before:shrink-0 max-sm:before:text-muted max-sm:before:content-[attr(data-label)]",
  hidden: "max-sm:hidden",
};

function cellClass<Row>(column: TableColumn<Row>, titleColumn: string | undefined, compact: boolean): string {
  return cn(
    "px-3 align-middle max-sm:block max-sm:h-auto max-sm:p-0",
    compact ? "h-8 py-0.5" : "h-10 py-1.5",
    column.align === "end" && "text-right",
    places[column.id === titleColumn ? "title" : (column.phone ?? "line")],
  );
}

/** One row: a line of cells, or a card on a phone. A click anywhere in it follows its link. */
export function TableRow<Row>({ id, columns, cell, titleColumn, href, isOpen, compact, selection }: TableRowProps<Row>) {
  const router = useRouter();

  function follow(event: MouseEvent) {
    const selecting = (window.getSelection()?.toString() ?? "") !== "";
    const onControl = event.target instanceof Element && event.target.closest("a,button,input,label,summary,select,textarea");
    if (!href || selecting || onControl) return;
    if (event.metaKey || event.ctrlKey) window.open(href, "_blank", "noopener");
    else router.push(href, { scroll: !href.startsWith("?") });
  }

  return (
    <tr
      role="row"
      data-row={id}
      tabIndex={href ? undefined : -1}
      onClick={follow}
      className={cn(rowClass, "transition-colors hover:bg-hover focus-within:bg-hover", href && "cursor-pointer", (isOpen || selection?.selected) && "bg-accent-soft hover:bg-accent-soft")}
    >
      {selection ? (
        <td role="cell" data-row-select className="w-9 pl-3 max-sm:order-0 max-sm:-mr-2 max-sm:w-auto max-sm:p-0">
          <Checkbox bare label={`Select ${id}`} checked={selection.selected} onChange={(event) => selection.toggle(event.target.checked)} />
        </td>
      ) : null}
      {columns.map((column) => (
        <td key={column.id} role="cell" data-label={column.header} className={cellClass(column, titleColumn, compact)}>
          {href && column.id === titleColumn ? (
            <Link
              href={href}
              scroll={!href.startsWith("?")}
              data-row-link
              aria-current={isOpen || undefined}
              className="inline-flex min-h-6 max-w-full items-center rounded-sm font-medium hover:underline"
            >
              {cell(column)}
            </Link>
          ) : (
            <div className="min-w-0 max-sm:inline">{cell(column)}</div>
          )}
        </td>
      ))}
    </tr>
  );
}

const widths = ["w-3/4", "w-1/2", "w-2/3", "w-5/6", "w-3/5"];

/** A row that is on its way, as high as those that will come. */
export function SkeletonRow<Row>({ index, columns, titleColumn, compact, selectable }: { index: number; columns: readonly TableColumn<Row>[]; titleColumn: string | undefined; compact: boolean; selectable: boolean }) {
  return (
    <tr role="row" className={rowClass}>
      {selectable ? <td role="cell" className="w-9 max-sm:hidden" /> : null}
      {columns.map((column, place) => (
        <td key={column.id} role="cell" className={cn(cellClass(column, titleColumn, compact), "max-sm:before:hidden")}>
          <Skeleton className={cn("min-w-12", widths[(index + place) % widths.length], column.align === "end" && "ml-auto")} />
        </td>
      ))}
    </tr>
  );
}
