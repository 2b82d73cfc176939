import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from "node:fs";
import path from "node:path";

const KEEP_BYTES = 20 * 1024 * 1024;

/**
 * The log of one part. Its process writes straight into the file, so that nothing is lost when the supervisor dies and
 * nothing waits for it.
 */
export class LogFile {
  readonly file: string;
  #from = 0;

  constructor(folder: string, name: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = path.join(folder, `${name}.log`);
    if (existsSync(this.file) && statSync(this.file).size > KEEP_BYTES) renameSync(this.file, `${this.file}.1`);
  }

  /** A file descriptor for the next process; what was written before does not count as its own. */
  open(): number {
    this.#from = this.size();
    return openSync(this.file, "a", 0o600);
  }

  /** What the process that was opened for last has written so far, at most the last 64 KB of it. */
  written(): string {
    const size = this.size();
    const from = Math.max(this.#from, size - 65_536);
    const buffer = Buffer.alloc(size - from);
    if (buffer.length === 0) return "";
    const descriptor = openSync(this.file, "r");
    try {
      readSync(descriptor, buffer, 0, buffer.length, from);
    } finally {
      closeSync(descriptor);
    }
    return buffer.toString("utf8");
  }

  /** The last lines, for a person. */
  tail(lines: number): string {
    return this.written().trimEnd().split("\n").slice(-lines).map((line) => `      ${line}`).join("\n");
  }

  private size(): number {
    return existsSync(this.file) ? statSync(this.file).size : 0;
  }
}
