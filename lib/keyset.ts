import { asc, desc, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { z } from "zod";
import { AppError } from "./errors";

/** One page of a list. `next` and `previous` are opaque cursors for `after` and `before`; null at the ends. */
export type Page<Row> = { rows: Row[]; next: string | null; previous: string | null };

export type PageRequest = { after?: string | null; before?: string | null; size?: number };

type Key = string | number | Date;

export type KeysetOrder = {
  /** The sorted column; without nulls, and served by an index together with `id`. */
  column: PgColumn;
  /** Makes the order total. */
  id: PgColumn;
  direction: "asc" | "desc";
};

const Cursor = z.tuple([z.union([z.string().max(500), z.number()]), z.uuid()]);

/**
 * Reads one page by keyset: the cost does not grow with the page's number, and rows that arrive meanwhile neither
 * repeat nor hide others. `fetch` adds the condition, order and limit to its query.
 * @throws AppError `invalid_input` for a cursor that this list did not give.
 */
export async function keysetPage<Row>(
  order: KeysetOrder,
  request: PageRequest,
  fetch: (page: { where: SQL | undefined; orderBy: SQL[]; limit: number }) => Promise<Row[]>,
  keyOf: (row: Row) => { value: Key; id: string },
): Promise<Page<Row>> {
  const size = Math.min(Math.max(Math.trunc(request.size ?? 50), 1), 100);
  const backwards = !request.after && Boolean(request.before);
  const cursor = request.after || request.before || null;
  const ascending = (order.direction === "asc") !== backwards;
  const by = ascending ? asc : desc;
  const found = await fetch({
    where: cursor ? beyond(order, parseCursor(cursor, order.column), ascending) : undefined,
    orderBy: [by(order.column), by(order.id)],
    limit: size + 1,
  });
  const more = found.length > size;
  const rows = found.slice(0, size);
  if (backwards) rows.reverse();
  const first = rows[0];
  const last = rows.at(-1);
  const cursorOf = (row: Row | undefined, there: boolean) => (row !== undefined && there ? makeCursor(keyOf(row)) : null);
  return {
    rows,
    next: cursorOf(last, backwards || more),
    previous: cursorOf(first, backwards ? more : cursor !== null),
  };
}

function beyond({ column, id }: KeysetOrder, key: { value: Key; id: string }, ascending: boolean): SQL {
  const pair = sql`(${sql.param(key.value, column)}, ${sql.param(key.id, id)})`;
  return ascending ? sql`(${column}, ${id}) > ${pair}` : sql`(${column}, ${id}) < ${pair}`;
}

function makeCursor(key: { value: Key; id: string }): string {
  const value = key.value instanceof Date ? key.value.toISOString() : key.value;
  return Buffer.from(JSON.stringify([value, key.id])).toString("base64url");
}

function parseCursor(text: string, column: PgColumn): { value: Key; id: string } {
  try {
    const [value, id] = Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    if (column.dataType !== "date") return { value: valueFor(column, value), id };
    const at = z.iso.datetime().parse(value);
    return { value: new Date(at), id };
  } catch (cause) {
    throw new AppError("invalid_input", "The cursor is not one that this list gave.", {
      hint: "Begin at the first page, and pass cursors on as they came.",
      fields: { after: "is not a cursor of this list" },
      cause,
    });
  }
}

function valueFor(column: PgColumn, value: string | number): string | number {
  return column.dataType === "number" ? z.number().parse(value) : z.string().parse(value);
}
