"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { cn } from "../ui/cn";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { type TableColumn, type TableProps, titleColumn } from "./columns";
import { Pager } from "./pager";
import { useTablePreference } from "./preferences";
import { TableHead } from "./table-head";
import { SkeletonRow, TableRow } from "./table-row";
import { Toolbar } from "./toolbar";
import { useRowKeys } from "./use-row-keys";
import { useTableUrl } from "./use-table-url";
import { ExportMenu, ViewMenu } from "./view-menu";

export type { TableColumn, TableProps } from "./columns";

interface DataTableProps<Row> extends TableProps<Row> {
  /** The name under which its columns and density are remembered. */
  id: string;
  label: string;
  columns: readonly TableColumn<Row>[];
  rowId: (row: Row) => string;
  /** Where a row leads. */
  rowHref?: (row: Row) => string;
  /** Or the search parameter that names the open row, for a drawer beside the list. */
  openParam?: string;
  search?: string;
  filters?: ReactNode;
  empty: { title: string; text: ReactNode; action?: ReactNode };
  /** Lets rows be selected, and shows what can be done with them. */
  selection?: (rows: Row[], clear: () => void) => ReactNode;
}

const none: never[] = [];
const SKELETON_ROWS = 10;

/**
 * A list whose search, sort, filters and page live in the address and are answered by the
 * server; what it looks like while it loads, when it is empty and when it failed is part of it.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, label, columns, rows, page, error, facets = none, defaultSort, exports, rowId, rowHref, openParam, selection } = props;
  const url = useTableUrl(facets, defaultSort);
  const pathname = usePathname();
  const search = useSearchParams();
  const [preference, setPreference] = useTablePreference(id);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const { onKeyDown } = useRowKeys(scroller, selection !== undefined);

  const isShown = (column: string) => {
    const definition = columns.find((candidate) => candidate.id === column);
    return definition?.locked || (preference.columns[column] ?? !definition?.hidden);
  };
  const shown = columns.filter((column) => isShown(column.id));
  const title = titleColumn(shown);
  const compact = preference.density === "compact";
  // A row that has left the page is not acted upon.
  const selected = (rows ?? none).filter((row) => ticked.has(rowId(row)));
  const clearSelection = () => setTicked(new Set());
  const tick = (row: string, on: boolean) => setTicked(new Set(on ? [...ticked, row] : [...ticked].filter((other) => other !== row)));

  function hrefOf(row: Row): string | undefined {
    if (!openParam) return rowHref?.(row);
    const next = new URLSearchParams(search);
    next.set(openParam, rowId(row));
    return `${pathname}?${next}`;
  }

  return (
    <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-surface">
      <Toolbar label={label} search={props.search} facets={facets} filters={props.filters} url={url}>
        {exports?.length ? <ExportMenu exports={exports} /> : null}
        <ViewMenu columns={columns} isShown={(column) => isShown(column) === true} sort={url.sort} preference={preference} onSort={url.sortBy} onChange={setPreference} />
      </Toolbar>
      {selection && selected.length > 0 ? (
        <div role="status" className="flex flex-wrap items-center gap-3 border-b border-line bg-accent-soft px-3 py-1.5">
          <span className="font-medium">{selected.length} selected</span>
          {selection(selected, clearSelection)}
          <Button variant="ghost" size="sm" onClick={clearSelection}>
            Clear selection
          </Button>
        </div>
      ) : null}
      {/* Focusable, since a keyboard must be able to scroll it. */}
      <div
        ref={scroller}
        role="region"
        aria-label={label}
        aria-busy={rows === null || url.pending}
        tabIndex={0}
        onKeyDown={onKeyDown}
        className="relative overflow-auto focus-visible:-outline-offset-2 sm:max-h-[max(24rem,calc(100dvh-18.5rem))]"
      >
        {error ? (
          <ErrorState message={error.message} requestId={error.requestId} />
        ) : rows?.length === 0 ? (
          <NoRows empty={props.empty} filtered={url.filtered} onClear={url.clear} />
        ) : (
          <table role="table" className={cn("w-full border-collapse text-left transition-opacity max-sm:block", url.pending && "opacity-60")}>
            <caption className="sr-only">{label}</caption>
            <colgroup className="max-sm:hidden">
              {selection ? <col width={36} /> : null}
              {shown.map((column) => (
                <col key={column.id} width={column.width} />
              ))}
            </colgroup>
            <thead role="rowgroup" className="sticky top-0 z-10 bg-sunken shadow-[0_1px_0_var(--line)] max-sm:hidden">
              <tr role="row">
                {selection ? (
                  <th role="columnheader" className="w-9 pl-3">
                    <Checkbox bare label="Select all rows of this page" checked={selected.length > 0 && selected.length === rows?.length} onChange={(event) => setTicked(new Set(event.target.checked ? rows?.map(rowId) : []))} />
                  </th>
                ) : null}
                {shown.map((column) => (
                  <TableHead key={column.id} column={column} sort={url.sort} onSort={url.sortBy} />
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup" className="max-sm:block">
              {rows === null
                ? Array.from({ length: SKELETON_ROWS }, (_, index) => (
                    <SkeletonRow key={index} index={index} columns={shown} titleColumn={title} compact={compact} selectable={selection !== undefined} />
                  ))
                : rows.map((row) => (
                    <TableRow
                      key={rowId(row)}
                      id={rowId(row)}
                      columns={shown}
                      cell={(column) => column.cell(row)}
                      titleColumn={title}
                      href={hrefOf(row)}
                      isOpen={openParam !== undefined && search.get(openParam) === rowId(row)}
                      compact={compact}
                      selection={selection && { selected: ticked.has(rowId(row)), toggle: (on) => tick(rowId(row), on) }}
                    />
                  ))}
            </tbody>
          </table>
        )}
      </div>
      {page && !error && rows && rows.length > 0 ? (
        <Pager
          shown={rows.length}
          page={page}
          size={url.size}
          onSize={url.setSize}
          onTurn={(to) => {
            clearSelection();
            scroller.current?.scrollTo({ top: 0 });
            url.turn(to);
          }}
        />
      ) : null}
    </div>
  );
}

function NoRows({ empty, filtered, onClear }: { empty: { title: string; text: ReactNode; action?: ReactNode }; filtered: boolean; onClear: () => void }) {
  if (!filtered) {
    return (
      <EmptyState title={empty.title} action={empty.action}>
        {empty.text}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="search" title="Nothing matches" action={<Button onClick={onClear}>Clear search and filters</Button>}>
      No row fits what you search and filter for.
    </EmptyState>
  );
}
