/** How a person likes to see one table. */
export interface TablePreference {
  density: "comfortable" | "compact";
  /** Columns that were shown or hidden by hand. */
  columns: Record<string, boolean>;
}

/** Cookies that hold table preferences begin with this. */
export const cookiePrefix = "table.";

/** A preference as short text: "compact;-cost;+agent". */
export function writePreference({ density, columns }: TablePreference): string {
  return [density, ...Object.entries(columns).map(([id, shown]) => `${shown ? "+" : "-"}${id}`)].join(";");
}

/** Reads what `writePreference` wrote; anything else is no preference. */
export function readPreference(text: string): TablePreference {
  const [density, ...marks] = text.split(";");
  const valid = marks.filter((mark) => /^[+-][\w.]{1,64}$/.test(mark));
  return {
    density: density === "compact" ? "compact" : "comfortable",
    columns: Object.fromEntries(valid.map((mark) => [mark.slice(1), mark.startsWith("+")])),
  };
}
