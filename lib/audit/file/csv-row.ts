import type { AuditBody } from "./body";
import { parseBody } from "./body";
import type { EventRecord } from "./event-record";

/** The columns between the position and the evidence: for people, and checked against the body. */
const display = {
  time: (body) => body.time,
  actor_kind: (body) => body.actor.kind,
  actor: (body) => body.actor.name,
  actor_id: (body) => body.actor.id,
  action: (body) => body.action,
  resource_type: (body) => body.resource.type,
  resource: (body) => body.resource.name,
  resource_id: (body) => body.resource.id,
  workspace_id: (body) => body.resource.workspace ?? "",
  outcome: (body) => body.outcome,
  severity: (body) => body.severity,
  ip: (body) => body.actor.ip ?? "",
  request_id: (body) => body.requestId,
} as const satisfies Record<string, (body: AuditBody) => string>;

/** Their names, in the order of the file. */
export const csvCells = Object.keys(display) as (keyof typeof display)[];
export const csvColumns: readonly string[] = ["n", "seq", ...csvCells, "body", "prev", "leaf", "chain"];

/** The first row, with its line end. */
export const csvHeader = `${csvColumns.join(",")}\r\n`;

/**
 * The event as a CSV row with its line end (RFC 4180). Written here and not by a library since the verifier writes each
 * row again and compares the bytes.
 */
export function csvRow({ n, seq, prev, leaf, chain, body }: EventRecord): string {
  return `${n},${seq},${shownOf(body).map(csvCell).join(",")},"${doubled(body)}",${prev},${leaf},${chain}\r\n`;
}

/** A text for people as it stands in its row. */
export function csvCell(text: string): string {
  return plain.test(text) ? text : quoted(displayCell(text));
}

function shownOf(text: string): string[] {
  const body = parseBody(text);
  return Object.values(display).map((read) => (body ? read(body) : ""));
}

/** The last row: the manifest's text stands in the column `body`. */
export function csvManifestRow(text: string): string {
  return `${csvColumns.map((column) => (column === "n" ? "manifest" : column === "body" ? quoted(text) : "")).join(",")}\r\n`;
}

/** The cells of one row without its line feed; null when it is not well-formed. */
export function parseCsvLine(text: string): string[] | null {
  if (!text.endsWith("\r")) return null;
  const line = text.slice(0, -1);
  const cells: string[] = [];
  for (let at = 0; ; at++) {
    if (line[at] === '"') {
      let end = at + 1;
      for (;;) {
        end = line.indexOf('"', end);
        if (end < 0) return null;
        if (line[end + 1] !== '"') break;
        end += 2;
      }
      cells.push(line.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      const comma = line.indexOf(",", at);
      const end = comma < 0 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return cells;
    if (line[at] !== ",") return null;
  }
}

/** The event in a row's cells; null when they are not those of an event. */
export function parseCsvCells(cells: readonly string[]): EventRecord | null {
  if (cells.length !== csvColumns.length) return null;
  const cell = (column: string) => cells[csvColumns.indexOf(column)] ?? "";
  const hashes = [cell("prev"), cell("leaf"), cell("chain")];
  if (![cell("n"), cell("seq")].every((text) => /^[1-9]\d{0,15}$/.test(text)) || !hashes.every((text) => /^[0-9a-f]{64}$/.test(text))) return null;
  return { n: Number(cell("n")), seq: Number(cell("seq")), body: cell("body"), prev: cell("prev"), leaf: cell("leaf"), chain: cell("chain") };
}

/** What needs neither quotes nor an apostrophe. */
const plain = /^(?!-)[\w.:-]*$/;

function quoted(cell: string): string {
  return /^[\w.:-]*$/.test(cell) ? cell : `"${doubled(cell)}"`;
}

function doubled(cell: string): string {
  return cell.replace(/"/g, '""');
}

/**
 * One line of text that no spreadsheet takes for a formula (OWASP, 'CSV injection'): control characters become spaces,
 * and what begins with one of the signs that start a formula gets an apostrophe.
 */
function displayCell(text: string): string {
  const oneLine = text.replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, " ");
  return /^\s*[=+\-@＝＋－＠]/u.test(oneLine) ? `'${oneLine}` : oneLine;
}
