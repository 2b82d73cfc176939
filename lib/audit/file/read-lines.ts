import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

const chunkBytes = 256 * 1024;
/** No line of an export is longer; a file with longer ones is something else. */
const lineLimitBytes = 32 * 1024 * 1024;

/** A line without its line feed, and its bytes with it. `number` counts from 1. */
export type Line = { number: number; text: string; bytes: Buffer };

/** The lines of a file, one after the other, however large the file is. A last line without line feed comes as it is. */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 0;
  const take = (end: Buffer): Line => {
    const bytes = Buffer.concat([...pending, end]);
    pending = [];
    pendingBytes = 0;
    number += 1;
    return { number, text: bytes.toString("utf8", 0, bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length), bytes };
  };
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      yield take(chunk.subarray(start, end + 1));
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
    pendingBytes += chunk.length - start;
    if (pendingBytes > lineLimitBytes) throw new Error(`line ${number + 1} is longer than any line of an export`);
  }
  if (pendingBytes > 0) yield take(Buffer.alloc(0));
}

/** The bytes of a file's last line, with its line feed if there is one, read from the end. */
export async function readLastLine(file: string): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    let tail = Buffer.alloc(0);
    for (let start = size; start > 0 && tail.length < lineLimitBytes; ) {
      const length = Math.min(chunkBytes, start);
      start -= length;
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start);
      tail = Buffer.concat([buffer, tail]);
      const ended = tail.at(-1) === 0x0a ? tail.length - 1 : tail.length;
      const feed = ended === 0 ? -1 : tail.lastIndexOf(0x0a, ended - 1);
      if (feed >= 0 || start === 0) return tail.subarray(feed + 1);
    }
    return Buffer.alloc(0);
  } finally {
    await handle.close();
  }
}
