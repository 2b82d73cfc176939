import { readFileSync, writeFileSync } from "node:fs";
import { tableHead, tableRows, type Measured } from "./report";

const begin = "<!-- table -->";
const end = "<!-- end of the table -->";
const letter = /^\| \((\w+)\) \|/;

/**
 * Puts what was measured into a document, between its two marks: rows that were measured now replace those that stand
 * there, the others stay.
 * @throws Error when the document has no marks.
 */
export function writeTable(file: string, measured: readonly string[], lines: readonly Measured[], machine: string): void {
  const text = readFileSync(file, "utf8");
  const [before, rest] = text.split(begin);
  const [between, after] = rest?.split(end) ?? [];
  if (before === undefined || between === undefined || after === undefined) throw new Error(`${file} has no '${begin}' with '${end}' after it`);
  writeFileSync(file, `${before}${begin}\n${tableWith(between, measured, lines, machine)}\n${end}${after}`);
}

/** The table that stands there, with the measured rows in their places. */
export function tableWith(standing: string, measured: readonly string[], lines: readonly Measured[], machine: string): string {
  const kept = standing.split("\n").filter((line) => !measured.includes(letter.exec(line)?.[1] ?? "") && letter.test(line));
  const rows = [...kept, ...tableRows(lines)];
  // Sorting is stable, so the cases of a row keep their order.
  rows.sort((a, b) => (letter.exec(a)?.[1] ?? "").localeCompare(letter.exec(b)?.[1] ?? ""));
  return ["", machine, "", ...tableHead, ...rows, ""].join("\n");
}
