"use client";
import { useSearchParams } from "next/navigation";
import { Button } from "../ui/button";
import { DropdownMenu, type MenuItem } from "../ui/dropdown-menu";
import { IconButton } from "../ui/icon-button";
import type { Sort, TableColumn } from "./columns";
import type { TablePreference } from "./preference-cookie";

interface ViewMenuProps<Row> {
  columns: readonly TableColumn<Row>[];
  isShown: (column: string) => boolean;
  sort: Sort | undefined;
  preference: TablePreference;
  onSort: (sort: Sort) => void;
  onChange: (preference: TablePreference) => void;
}

/** Sort, columns and density. Sorting is here too since phones show no column heads. */
export function ViewMenu<Row>({ columns, isShown, sort, preference, onSort, onChange }: ViewMenuProps<Row>) {
  const sortable = columns.filter((column) => column.sortable);
  const hideable = columns.filter((column) => !column.locked);
  const compact = preference.density === "compact";
  const items: MenuItem[] = [
    ...(sortable.length > 0 ? [{ kind: "label", label: "Sort by" } as const] : []),
    ...sortable.map((column) => {
      const current = sort?.column === column.id ? sort.direction : null;
      return {
        label: current ? `${column.header} (${current === "asc" ? "ascending" : "descending"})` : column.header,
        checked: current !== null,
        onSelect: () => onSort({ column: column.id, direction: current === "desc" ? "asc" : "desc" }),
      };
    }),
    { kind: "separator" },
    { kind: "label", label: "Columns" },
    ...hideable.map((column) => ({
      label: column.header,
      checked: isShown(column.id),
      onSelect: () => onChange({ ...preference, columns: { ...preference.columns, [column.id]: !isShown(column.id) } }),
    })),
    { kind: "separator" },
    { label: "Compact rows", checked: compact, onSelect: () => onChange({ ...preference, density: compact ? "comfortable" : "compact" }) },
  ];
  return <DropdownMenu label="View" trigger={<IconButton icon="sliders" label="View: sort, columns, density" variant="secondary" />} items={items} />;
}

/** Downloads of the list as it is filtered and sorted now. */
export function ExportMenu({ exports }: { exports: readonly { label: string; path: string }[] }) {
  const search = new URLSearchParams(useSearchParams());
  for (const name of ["after", "before", "size"]) search.delete(name);
  const items = exports.map(({ label, path }) => ({
    label,
    icon: "download" as const,
    download: true,
    href: search.size > 0 ? `${path}${path.includes("?") ? "&" : "?"}${search}` : path,
  }));
  return <DropdownMenu label="Export" trigger={<Button icon="download">Export</Button>} items={items} />;
}
