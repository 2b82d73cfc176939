import { type SQL, sql } from "drizzle-orm";
import { auditEvent } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { csvCells } from "./file/csv-row";
import { type AuditFilter, searchedEvents } from "./filter";

/**
 * One event as text, as it leaves the database. `prev` is empty where its predecessor is the event before it. For CSV, each
 * quotation mark of the body is doubled.
 */
export type WindowEvent = { seq: number; prev: string; leaf: string; chain: string; body: string; shown: string[] };
/** `end`: everything up to here that fits was read. */
export type Window = { events: WindowEvent[]; end: number };

/** Positions that are read by one query. What does not fit the filter costs nothing but the look. */
const windowSize = 2_000;
/** The bodies of one window are this long together, and at most one longer. */
const windowBytes = 8 * 1024 * 1024;

/** No body in canonical form has it, and in what is shown of an event it would be a space. */
const separator = "\u001E";

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

/**
 * The events after `after` that fit, oldest first, as one long text: a row for each event, with a value for each column,
 * would take the driver several times as long as Postgres takes to find them.
 */
export async function readEvents(tx: Tx, filter: AuditFilter, allowed: readonly string[] | null, { after, upTo, csv }: { after: number; upTo: number; csv: boolean }): Promise<Window> {
  const end = Math.min(after + windowSize, upTo);
  const everything = allowed === null && Object.keys(filter).length === 0;
  // Both go by the name of the stream, with its columns. Where nothing is left out, the event before is the one before.
  const source = everything
    ? sql`${auditEvent} where seq > ${after} and seq <= ${end}`
    : sql`${searchedEvents(filter, allowed, { newerThan: after, olderThan: end + 1, oldestFirst: true, limit: windowSize })}`;
  const prev = everything
    ? sql`''`
    : sql`case when lag(seq) over in_order = seq - 1 then '' else coalesce((
        select encode(p.chain_hash, 'hex') from ${auditEvent} p where p.organization_id = audit_event.organization_id and p.seq = audit_event.seq - 1 limit 1), '') end`;
  // A body that is quoted for CSV by Postgres costs half of what it would cost here.
  const cells = [sql`seq`, sql`prev`, sql`encode(leaf_hash, 'hex')`, sql`encode(chain_hash, 'hex')`, ...(csv ? csvCells.map((name) => shownColumns[name]) : []), csv ? sql`replace(body, '"', '""')` : sql`body`];
  const events = sql`(
    select *, coalesce(sum(octet_length(body)) over (in_order rows between unbounded preceding and 1 preceding), 0) < ${windowBytes} as taken, ${prev} as prev
    from ${source} window in_order as (order by seq)) as e`;
  const of = (aggregate: SQL) => sql`select count(*) filter (where taken)::int as count, case when bool_and(taken) then null else max(seq) filter (where taken) end as last, ${aggregate} filter (where taken) as events from ${events}`;
  await tx.execute(inOrderOfKey);
  const [found] = await tx.execute<{ count: number; last: string | null; events: string | null }>(of(sql`string_agg(concat_ws(${separator}::text, ${sql.join(cells, sql`, `)}), ${separator}::text)`));
  if (!found?.events) return { events: [], end };
  let values = found.events.split(separator);
  if (values.length !== found.count * cells.length) {
    // Somebody's name has the separator in it.
    const [row] = await tx.execute<{ events: string[][] }>(of(sql`json_agg(json_build_array(${sql.join(cells, sql`, `)}))`));
    values = (row?.events ?? []).flat().map(String);
  }
  return { events: eventsOf(values, cells.length, csv), end: found.last === null ? end : Number(found.last) };
}

function eventsOf(values: readonly string[], columns: number, csv: boolean): WindowEvent[] {
  const events: WindowEvent[] = [];
  for (let at = 0; at < values.length; at += columns) {
    const [seq = "", prev = "", leaf = "", chain = ""] = values.slice(at, at + 4);
    const shown = csv ? values.slice(at + 4, at + columns - 1) : [];
    if (csv) shown[0] = utcTime(shown[0] ?? "");
    events.push({ seq: Number(seq), prev, leaf, chain, shown, body: values[at + columns - 1] ?? "" });
  }
  return events;
}

/** '2026-03-01 10:00:00.1' as '2026-03-01T10:00:00.100Z', as it stands in bodies. */
function utcTime(text: string): string {
  const [day = "", time = ""] = text.split(" ");
  return `${day}T${time.length === 8 ? `${time}.000` : time.padEnd(12, "0")}Z`;
}
