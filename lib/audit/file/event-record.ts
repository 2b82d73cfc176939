import { chainNext } from "../proof/chain";
import { leafHash } from "../proof/merkle";

/** One event as an export carries it. `n` counts the events of the file from 1; hashes are hexadecimal. */
export type EventRecord = { n: number; seq: number; prev: string; leaf: string; chain: string; body: string };

/** The event as a line of JSON Lines, without its newline; `body` stands in it byte for byte as it was hashed. */
export function jsonLine(record: EventRecord): string {
  return `${jsonBefore(record)}${record.body}}`;
}

/** What of the line stands before the body; after it there is a brace. */
export function jsonBefore({ n, seq, prev, leaf, chain }: Omit<EventRecord, "body">): string {
  return `{"n":${n},"seq":${seq},"prev":"${prev}","leaf":"${leaf}","chain":"${chain}","body":`;
}

const line = /^\{"n":([1-9]\d{0,15}),"seq":([1-9]\d{0,15}),"prev":"([0-9a-f]{64})","leaf":"([0-9a-f]{64})","chain":"([0-9a-f]{64})","body":/;

/** Reads what `jsonLine` wrote; null for anything else. */
export function parseJsonLine(text: string): EventRecord | null {
  const found = line.exec(text);
  if (!found || !text.endsWith("}}")) return null;
  const [start, n, seq, prev = "", leaf = "", chain = ""] = found;
  return { n: Number(n), seq: Number(seq), prev, leaf, chain, body: text.slice(start.length, -1) };
}

/** Which part of the record does not fit the others; null when all hashes are right. */
export function recordFault(record: EventRecord): "body" | "hashes" | null {
  const leaf = leafHash(record.body);
  if (leaf.toString("hex") !== record.leaf) return "body";
  return chainNext(Buffer.from(record.prev, "hex"), record.seq, leaf).toString("hex") === record.chain ? null : "hashes";
}
