import { writeCell, writeQuoted, writeTime } from "./csv-bytes";
import { jsonBefore } from "./event-record";

/** Stands between the values of an event on its way to a `LineWriter`. No body in canonical form has it. */
export const separator = "\u001E";

/** Where a file has come to: the number of its last event, and the chain there. */
export type Place = { n: number; chain: string };

const between = separator.charCodeAt(0);
const [comma, brace, lineFeed] = [0x2c, 0x7d, 0x0a];
const blockBytes = 128 * 1024;
/** More than a line has besides its values, each quotation mark of which may be doubled. */
const besides = 512;

/**
 * Writes events as lines of an export, from the bytes that the database sends to those that leave: what `jsonLine` and `csvRow`
 * write, at a fraction of what strings cost.
 */
export class LineWriter {
  bytes = 0;
  firstSeq: number | null = null;
  lastSeq: number | null = null;
  /** A text had the separator in it, so that what was written is not what was meant. */
  confused = false;
  /** `chain` of each event, hexadecimal. */
  readonly chains: string[] = [];
  readonly #blocks: Buffer[] = [];
  #block = Buffer.alloc(0);
  #at = 0;
  #chain: string;

  /** `cells`: how many texts are shown of each event besides its body; null for JSON Lines, where none is. */
  constructor(
    private readonly begin: Place,
    private readonly cells: number | null,
  ) {
    this.#chain = begin.chain;
  }

  get place(): Place {
    return { n: this.begin.n + this.chains.length, chain: this.#chain };
  }

  /** Everything written. Nothing may follow. */
  end(): Buffer[] {
    this.#blocks.push(this.#block.subarray(0, this.#at));
    return this.#blocks;
  }

  /**
   * Writes an event out of its position, `prev` (nothing: the chain at the event before), `leaf`, `chain`, what is shown of it
   * (the time first) and its body, which come with separators between them. `row` is not kept.
   */
  take(row: Buffer): void {
    this.#makeRoom(2 * row.length + besides);
    const prevAt = row.indexOf(between) + 1;
    const leafAt = row.indexOf(between, prevAt) + 1;
    const chainAt = row.indexOf(between, leafAt) + 1;
    const restAt = row.indexOf(between, chainAt) + 1;
    const seq = Number(row.toString("latin1", 0, prevAt - 1));
    const n = this.begin.n + this.chains.length + 1;
    const prev = row.toString("latin1", prevAt, leafAt - 1) || this.#chain;
    const leaf = row.toString("latin1", leafAt, chainAt - 1);
    const chain = row.toString("latin1", chainAt, restAt - 1);
    const from = this.#at;
    if (this.cells === null) this.#json(row, restAt, jsonBefore({ n, seq, prev, leaf, chain }));
    else this.#csv(row, restAt, this.cells, `${n},${seq},`, `,${prev},${leaf},${chain}\r\n`);
    this.bytes += this.#at - from;
    this.firstSeq ??= seq;
    this.lastSeq = seq;
    this.chains.push(chain);
    this.#chain = chain;
  }

  #json(row: Buffer, bodyAt: number, before: string): void {
    const out = this.#block;
    let at = this.#at + out.write(before, this.#at, "latin1");
    at += row.copy(out, at, bodyAt);
    out[at++] = brace;
    out[at++] = lineFeed;
    this.#at = at;
  }

  #csv(row: Buffer, shownAt: number, cells: number, before: string, after: string): void {
    const out = this.#block;
    let at = this.#at + out.write(before, this.#at, "latin1");
    let from = shownAt;
    for (let cell = 0; cell < cells; cell++) {
      const to = row.indexOf(between, from);
      at = cell === 0 ? writeTime(out, at, row, from, to) : writeCell(out, at, row, from, to);
      out[at++] = comma;
      from = to + 1;
    }
    if (row.includes(between, from)) this.confused = true;
    at = writeQuoted(out, at, row, from, row.length);
    this.#at = at + out.write(after, at, "latin1");
  }

  #makeRoom(wanted: number): void {
    if (this.#block.length - this.#at >= wanted) return;
    if (this.#at > 0) this.#blocks.push(this.#block.subarray(0, this.#at));
    this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, wanted));
    this.#at = 0;
  }
}
