import type { Parameter, SerializableParameter, Sql, TransactionSql } from "postgres";

const jsonType = 114;

/**
 * A value for a `json` column, which the driver turns into JSON; whatever comes here was read from JSON.
 * Its own `sql.json` would send `jsonb`, which refuses `\u0000`.
 */
export function json(sql: Sql | TransactionSql, value: unknown): Parameter {
  return sql.typed((value ?? null) as SerializableParameter, jsonType);
}

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value ?? null));
}
