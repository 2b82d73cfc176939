import { type SQL, sql } from "drizzle-orm";
import { auditEvent } from "@/db/stream/audit";
import { eachText, type Tx } from "@/db/tenant";
import { csvCells } from "./file/csv-row";
import { LineWriter, type Place, separator } from "./file/line-writer";
import { type AuditFilter, searchedEvents } from "./filter";

/** What is to be read: the events after `after` that fit, up to `size` positions of the stream. */
export type WindowWanted = {
  filter: AuditFilter;
  allowed: readonly string[] | null;
  upTo: number;
  format: "csv" | "jsonl";
  after: number;
  size: number;
  /** Where the file has come to. */
  place: Place;
};

/** A part of the file. `end`: every event up to here that fits is in it or before it. */
export type Window = { lines: LineWriter; end: number };

/**
 * Positions that are read by one query: few at first, since nobody knows how long the bodies are, and up to so many, since
 * Postgres rests between two windows. What does not fit the filter costs nothing but the look.
 */
export const firstWindow = 1_000;
export const largestWindow = 8_000;
/** The lines of one window are this long together, and at most one longer. */
const windowBytes = 16 * 1024 * 1024;

/** A window is some thousand neighbours in the key's order, whatever the planner knows of the stream's size. */
const inOrderOfKey = sql`select set_config(name, value, true) from (values ('jit', 'off'), ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'),
  ('enable_sort', 'off'), ('max_parallel_workers_per_gather', '0')) as setting (name, value)`;

/** What a cell shows stands in columns too, which says the same as the body as long as nobody changed the stream. */
const shownColumns: Record<(typeof csvCells)[number], SQL> = {
  time: sql`(occurred_at at time zone 'UTC')::text`,
  actor_kind: sql`actor_kind`,
  actor: sql`actor_name`,
  actor_id: sql`actor_id`,
  action: sql`action`,
  resource_type: sql`resource_type`,
  resource: sql`resource_name`,
  resource_id: sql`resource_id`,
  workspace_id: sql`coalesce(workspace_id::text, '')`,
  outcome: sql`outcome`,
  severity: sql`severity`,
  ip: sql`coalesce(ip, '')`,
  request_id: sql`request_id`,
};

/** Writes the next events of a file, oldest first, while they arrive: nothing is kept of them but their lines. */
export async function readWindow(tx: Tx, wanted: WindowWanted): Promise<Window> {
  await tx.execute(inOrderOfKey);
  const window = await readLines(tx, wanted, (cell) => cell);
  // Somebody's name has the separator in it. Shown it would be a space, as every control character.
  return window.lines.confused ? readLines(tx, wanted, (cell) => sql`translate(${cell}, ${separator}, ' ')`) : window;
}

async function readLines(tx: Tx, { filter, allowed, upTo, format, after, size, place }: WindowWanted, shown: (cell: SQL) => SQL): Promise<Window> {
  const end = Math.min(after + size, upTo);
  const everything = allowed === null && Object.keys(filter).length === 0;
  // Both go by the name of the stream, with its columns. Where nothing is left out, the event before is the one before.
  const source = everything
    ? sql`${auditEvent} where seq > ${after} and seq <= ${end}`
    : sql`${searchedEvents(filter, allowed, { newerThan: after, olderThan: end + 1, oldestFirst: true, limit: size })}`;
  const prev = everything
    ? sql`''`
    : sql`case when lag(seq) over (order by seq) = seq - 1 then '' else coalesce((
        select encode(p.chain_hash, 'hex') from ${auditEvent} p where p.organization_id = audit_event.organization_id and p.seq = audit_event.seq - 1 limit 1), '') end`;
  const cells = format === "csv" ? csvCells.map((name) => shown(shownColumns[name])) : [];
  const values = [sql`seq`, sql`prev`, sql`encode(leaf_hash, 'hex')`, sql`encode(chain_hash, 'hex')`, ...cells, sql`body`];
  const lines = new LineWriter(place, format === "csv" ? cells.length : null);
  let last = after;
  let full = false;
  // One text for each event: to take a row of many values apart would cost more than all the rest.
  const query = sql`select concat_ws(${separator}::text, ${sql.join(values, sql`, `)}) from (select *, ${prev} as prev from ${source}) as e order by seq`;
  await eachText(tx, query, (row) => {
    full ||= lines.bytes >= windowBytes;
    if (full) return;
    lines.take(row);
    last = lines.lastSeq ?? last;
  });
  return { lines, end: full ? last : end };
}
