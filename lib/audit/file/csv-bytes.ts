import { csvCell } from "./csv-row";

const quote = 0x22;
const [dot, zero, upperT, upperZ] = [0x2e, 0x30, 0x54, 0x5a];

/** What a byte asks of its cell: nothing (0), quotes (1), or that the whole text be looked at (2). */
const asks = Uint8Array.from({ length: 256 }, (_, byte) => (/[\w.:-]/.test(String.fromCharCode(byte)) ? 0 : byte >= 0x20 && byte < 0x7f ? 1 : 2));
/** What may stand before a formula or begin one. */
const suspicious = Uint8Array.from({ length: 256 }, (_, byte) => (/[ =+\-@]/.test(String.fromCharCode(byte)) ? 1 : 0));

/** Writes a text for people, as `csvCell` does. @returns where it ends in `out`. */
export function writeCell(out: Buffer, at: number, text: Buffer, from: number, to: number): number {
  let asked = from < to ? (suspicious[text[from] ?? 0] ?? 0) << 1 : 0;
  for (let i = from; i < to; i++) asked |= asks[text[i] ?? 0] ?? 0;
  if (asked > 1) return at + out.write(csvCell(text.toString("utf8", from, to)), at);
  if (asked === 1) return writeQuoted(out, at, text, from, to);
  for (let i = from; i < to; i++) out[at++] = text[i] ?? 0;
  return at;
}

/** Writes a text between quotation marks, with its own doubled. @returns where it ends in `out`. */
export function writeQuoted(out: Buffer, at: number, text: Buffer, from: number, to: number): number {
  out[at++] = quote;
  for (let i = from; i < to; i++) {
    const byte = text[i] ?? 0;
    out[at++] = byte;
    if (byte === quote) out[at++] = quote;
  }
  out[at++] = quote;
  return at;
}

/** Writes '2026-03-01 10:00:00.1' as '2026-03-01T10:00:00.100Z', as it stands in bodies. @returns where it ends in `out`. */
export function writeTime(out: Buffer, at: number, text: Buffer, from: number, to: number): number {
  const end = at + "2026-03-01T10:00:00.100".length;
  const afterDay = at + "2026-03-01".length;
  for (let i = from; i < to; i++) out[at++] = text[i] ?? 0;
  out[afterDay] = upperT;
  if (at === end - 4) out[at++] = dot;
  while (at < end) out[at++] = zero;
  out[at++] = upperZ;
  return at;
}
