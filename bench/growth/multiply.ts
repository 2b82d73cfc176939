import type postgres from "postgres";

const perStatement = 100_000;

type Copies = {
  table: string;
  /** The row that is copied. */
  where: string;
  rows: number;
  /** SQL for columns that differ from copy to copy; `n` counts the copies from 1, the oldest first. */
  changed: Readonly<Record<string, string>>;
};

/** Inserts copies of a row that the product wrote itself, so that what it writes and what is filled in never differ. */
export async function multiplyRow(admin: postgres.Sql, { table, where, rows, changed }: Copies): Promise<void> {
  const columns = await admin<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`;
  const names = columns.map(({ name }) => name);
  const unknown = Object.keys(changed).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`${table} has no column ${unknown}`);
  const selected = names.map((name) => (changed[name] ? `(${changed[name]})` : `r.${name}`)).join(", ");
  await admin.begin(async (tx) => {
    // Neither foreign keys nor row-level triggers: the copies refer to what the copied row refers to.
    await tx`set local session_replication_role = replica`;
    await tx`set local synchronous_commit = off`;
    for (let from = 1; from <= rows; from += perStatement) {
      const to = Math.min(rows, from + perStatement - 1);
      const { count } = await tx.unsafe(`
        with original as materialized (select * from ${table} where ${where} limit 1)
        insert into ${table} (${names.join(", ")}) select ${selected} from original r, generate_series(${from}, ${to}) n`);
      if (count !== to - from + 1) throw new Error(`${table}: there is no row where ${where}`);
    }
  });
  await admin.unsafe(`vacuum analyze ${table}`);
}

/** SQL of an id that sorts after those of smaller `n`, as the product's do (UUID version 7 in the past). */
export function idOf(salt: string): string {
  return `(lpad(to_hex(extract(epoch from ${timeOf})::bigint * 1000 + n % 1000), 12, '0') || '7000' || substr(md5('${salt}' || n), 1, 16))::uuid`;
}

/** SQL of a time: the copies lie a second apart, the first ones longest ago. */
export const timeOf = "(timestamptz '2026-01-01' + n * interval '1 second')";
