import { getTableColumns, getTableName } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Statement } from "./tenant";

/** How rows of one kind are written: the statement, and which of their fields are bytes. */
type Writer = { text: string; bytes: string[] };

const writers = new WeakMap<PgTable, Map<string, Writer>>();

/**
 * One statement for however many rows, none for none: they travel as one JSON text and Postgres takes them apart. All have
 * the fields of the first one; columns without a field get their default.
 */
export function insertRows<Row extends object>(table: PgTable, rows: readonly Row[]): Statement[] {
  const [first] = rows;
  if (!first) return [];
  const { text, bytes } = writerOf(table, Object.keys(first));
  return [{ text, values: [JSON.stringify(bytes.length === 0 ? rows : rows.map((row) => withText(row, bytes)))] }];
}

function writerOf(table: PgTable, fields: string[]): Writer {
  const known = writers.get(table) ?? new Map<string, Writer>();
  writers.set(table, known);
  const name = fields.join();
  const writer = known.get(name) ?? makeWriter(table, fields);
  known.set(name, writer);
  return writer;
}

function makeWriter(table: PgTable, fields: string[]): Writer {
  const all = getTableColumns(table);
  const columns = fields.map((field) => {
    const column = all[field];
    if (!column) throw new Error(`${getTableName(table)} has no column for ${field}`);
    return { field: `"${field}"`, name: snakeCase(field), type: column.getSQLType() };
  });
  const names = columns.map((column) => column.name).join(", ");
  const given = columns.map((column) => column.field).join(", ");
  const typed = columns.map((column) => `${column.field} ${column.type}`).join(", ");
  return {
    text: `insert into ${getTableName(table)} (${names}) select ${given} from json_to_recordset($1::json) as given (${typed})`,
    bytes: fields.filter((field) => all[field]?.getSQLType() === "bytea"),
  };
}

/** Bytes in the hexadecimal form in which Postgres reads them. */
function withText(row: object, bytes: readonly string[]): object {
  const copy: Record<string, unknown> = { ...row };
  for (const field of bytes) {
    const value = copy[field];
    if (Buffer.isBuffer(value)) copy[field] = `\\x${value.toString("hex")}`;
  }
  return copy;
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
