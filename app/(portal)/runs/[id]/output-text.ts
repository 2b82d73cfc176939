/** Text of one stream, cut into blocks at line ends so that what is shown already need not be drawn again. */
export interface StreamText {
  blocks: readonly { key: number; text: string; missingBytes: number }[];
  /** The last line, which may still grow. */
  tail: string;
  /** Where to go on, in bytes. */
  next: number;
  /** Bytes at the end that are no whole character yet. */
  rest: Uint8Array;
  /** Characters that were let go at the beginning. */
  dropped: number;
}

export const emptyText: StreamText = { blocks: [], tail: "", next: 0, rest: new Uint8Array(), dropped: 0 };

/** More than this is not kept in a page; the whole is a download. */
const keptCharacters = 300_000;
const longestTail = 10_000;
const longestBlock = 20_000;

/** Adds the next bytes; what is not UTF-8 becomes U+FFFD, which is shown as such. */
export function appendBytes(text: StreamText, piece: { next: number; missingBytes: number; base64: string }, over: boolean): StreamText {
  const bytes = Uint8Array.from(atob(piece.base64), (character) => character.charCodeAt(0));
  // A page that asked twice gets the same bytes twice.
  if (bytes.byteLength === 0 && !(over && text.rest.byteLength > 0)) return text;
  if (bytes.byteLength > 0 && piece.next - bytes.byteLength - piece.missingBytes !== text.next) return text;
  const [complete, rest] = over && bytes.byteLength === 0 ? [text.rest, new Uint8Array()] : splitWhole(joined(text.rest, bytes));
  const grown = text.tail + new TextDecoder("utf-8", { ignoreBOM: true }).decode(complete);
  const cut = grown.length > longestTail ? grown.length : grown.lastIndexOf("\n") + 1;
  const key = (text.blocks.at(-1)?.key ?? -1) + 1;
  const whole = blocksOf(grown.slice(0, cut));
  const parts = whole.length === 0 && piece.missingBytes > 0 ? [""] : whole;
  const added = parts.map((part, index) => ({ key: key + index, text: part, missingBytes: index === 0 ? piece.missingBytes : 0 }));
  return keepLast({ ...text, blocks: [...text.blocks, ...added], tail: grown.slice(cut), next: piece.next, rest });
}

/** Cuts at line ends where it can, so that letting go of the oldest lets go of little. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.length - from <= longestBlock ? text.length : text.lastIndexOf("\n", from + longestBlock) + 1;
    const to = end > from ? end : from + longestBlock;
    blocks.push(text.slice(from, to));
    from = to;
  }
  return blocks;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}

/** Cuts before a character of UTF-8 whose bytes have not all arrived (RFC 3629). */
function splitWhole(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back++) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    const cut = length > back && byte < 0xf8 ? bytes.byteLength - back : bytes.byteLength;
    return [bytes.slice(0, cut), bytes.slice(cut)];
  }
  return [bytes, new Uint8Array()];
}

function keepLast(text: StreamText): StreamText {
  let size = text.blocks.reduce((sum, block) => sum + block.text.length, text.tail.length);
  let first = 0;
  let dropped = text.dropped;
  for (const block of text.blocks.slice(0, -1)) {
    if (size <= keptCharacters) break;
    size -= block.text.length;
    dropped += block.text.length;
    first += 1;
  }
  return first === 0 ? text : { ...text, blocks: text.blocks.slice(first), dropped };
}
