import type { Sort } from "./columns";

export const pageSizes = [25, 50, 100] as const;

/** "-createdAt" is descending by createdAt. */
export function parseSort(text: string): Sort {
  return text.startsWith("-") ? { column: text.slice(1), direction: "desc" } : { column: text, direction: "asc" };
}

/** The opposite of `parseSort`. */
export function formatSort({ column, direction }: Sort): string {
  return direction === "desc" ? `-${column}` : column;
}

/** Several values as one parameter; a comma within a value is kept apart from those between them. */
export function joinValues(values: readonly string[]): string {
  return values.map((value) => value.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

/** The opposite of `joinValues`. */
export function splitValues(text: string): string[] {
  if (text === "") return [];
  return text.split(",").map((value) => value.replaceAll("%2C", ",").replaceAll("%25", "%"));
}
