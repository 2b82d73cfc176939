"use client";
import { cn } from "../ui/cn";
import { Icon } from "../ui/icon";
import type { Sort, TableColumn } from "./columns";

interface TableHeadProps<Row> {
  column: TableColumn<Row>;
  sort: Sort | undefined;
  onSort: (sort: Sort) => void;
}

/** The head of one column; a button where it can be sorted by. */
export function TableHead<Row>({ column, sort, onSort }: TableHeadProps<Row>) {
  const direction = sort?.column === column.id ? sort.direction : null;
  const end = column.align === "end";
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={direction ? (direction === "asc" ? "ascending" : "descending") : undefined}
      className={cn("h-9 px-3 text-sm font-medium whitespace-nowrap text-muted", end ? "text-right" : "text-left")}
    >
      {column.sortable ? (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, direction: direction === "desc" ? "asc" : "desc" })}
          className={cn("-mx-1 inline-flex min-h-6 items-center gap-1 rounded-sm px-1 hover:text-ink", end && "flex-row-reverse", direction && "text-ink")}
        >
          {column.header}
          <Icon name={direction === "asc" ? "chevron-up" : "chevron-down"} className={cn("size-3.5", !direction && "opacity-0")} />
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}
