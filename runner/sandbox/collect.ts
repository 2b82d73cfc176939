import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, opendir, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { isSafeFileName } from "../contract/names";
import { MAX_RESULT_FILES_BYTES, type Limits, type ResultCallback } from "../contract/schemas";

const MAX_ENTRIES = 5_000;
const MAX_WARNINGS = 20;
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

type CollectedFile = ResultCallback["files"][number];

export interface Collected {
  files: CollectedFile[];
  /** How many entries were left behind, and a sentence for each of the first ones. */
  skipped: number;
  warnings: string[];
}

type CollectLimits = Pick<Limits, "outputFiles" | "outputFileBytes">;

/**
 * Reads the regular files that an ended run left below `folder`. Nothing in it is trusted: each folder is opened
 * without following links and its entries are reached through the open descriptor (as openat(2) would), names must be
 * safe, and counts and sizes are bounded. What is not taken is named in `warnings`.
 */
export async function collectFiles(folder: string, limits: CollectLimits): Promise<Collected> {
  const walk = new Walk(limits);
  await walk.enter(folder, []);
  walk.files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files: walk.files, skipped: walk.skipped, warnings: walk.warnings };
}

class Walk {
  readonly files: CollectedFile[] = [];
  readonly warnings: string[] = [];
  skipped = 0;
  private entries = 0;
  private bytes = 0;

  constructor(private readonly limits: CollectLimits) {}

  async enter(location: string, parents: readonly string[]): Promise<void> {
    const shown = ["out", ...parents].join("/");
    let dir: FileHandle;
    try {
      dir = await open(location, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    } catch {
      return this.skip(shown, "is not a folder that can be read");
    }
    try {
      const inside = `/proc/self/fd/${dir.fd}`;
      for await (const entry of await opendir(inside, { encoding: "buffer" as BufferEncoding })) {
        if (++this.entries > MAX_ENTRIES) return this.skip(shown, `has more than ${MAX_ENTRIES} entries: the rest`);
        await this.visit(inside, parents, entry.name as unknown as Buffer);
      }
    } finally {
      await dir.close();
    }
  }

  private async visit(inside: string, parents: readonly string[], rawName: Buffer): Promise<void> {
    const name = decode(rawName);
    const relative = [...parents, name ?? rawName.toString("latin1")].join("/");
    if (name === null || !isSafeFileName(relative)) return this.skip(relative, "has a name that is not allowed and");
    let file: FileHandle;
    try {
      // Non-blocking, since opening a pipe would wait for its other end.
      file = await open(path.join(inside, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch {
      return this.skip(relative, "is a link or a special file and");
    }
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) return await this.enter(path.join(inside, name), [...parents, name]);
      if (!stat.isFile()) return this.skip(relative, "is a special file and");
      await this.take(relative, file, stat.size);
    } finally {
      await file.close();
    }
  }

  private async take(name: string, file: FileHandle, size: number): Promise<void> {
    if (this.files.length >= this.limits.outputFiles) return this.skip(name, `is beyond the limit of ${this.limits.outputFiles} files and`);
    if (size > this.limits.outputFileBytes) return this.skip(name, `is larger than ${this.limits.outputFileBytes} bytes and`);
    if (this.bytes + size > MAX_RESULT_FILES_BYTES) return this.skip(name, `is beyond the limit of ${MAX_RESULT_FILES_BYTES} bytes in all and`);
    const data = Buffer.alloc(size);
    const { bytesRead } = size > 0 ? await file.read(data, 0, size, 0) : { bytesRead: 0 };
    if (bytesRead !== size) return this.skip(name, "could not be read whole and");
    this.bytes += size;
    this.files.push({ name, size, sha256: createHash("sha256").update(data).digest("hex"), contentBase64: data.toString("base64") });
  }

  private skip(name: string, why: string): void {
    this.skipped++;
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push(`${printable(name)} ${why} was not collected`);
  }
}

function decode(name: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return null;
  }
}

/** A name that a program chose, as it may be shown: quoted, cut, and nothing invisible in it. */
function printable(name: string): string {
  const cut = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return JSON.stringify(cut).replace(/[^\P{C}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
