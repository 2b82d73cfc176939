import { createHash, type Hash } from "node:crypto";
import type { OutputCallback, OutputStream, StreamTotals } from "./contract/schemas";

const MAX_CALLBACK_OUTPUT_BYTES = 256 * 1024;
const MAX_CHUNKS = 1000;

/** What one run printed: what is still to be told, in order, and the totals of all of it. */
export class OutputBuffer {
  private seq = 0;
  private readonly waiting: { stream: OutputStream; offset: number; parts: Buffer[]; bytes: number }[] = [];
  private wake: (() => void) | null = null;
  private readonly totals: Record<OutputStream, { bytes: number; hash: Hash }> = {
    stdout: { bytes: 0, hash: createHash("sha256") },
    stderr: { bytes: 0, hash: createHash("sha256") },
  };

  constructor(
    private readonly runId: string,
    private readonly jobNonce: string,
  ) {}

  add(stream: OutputStream, data: Buffer): void {
    const total = this.totals[stream];
    const last = this.waiting.at(-1);
    if (last?.stream === stream && last.bytes + data.length <= MAX_CALLBACK_OUTPUT_BYTES) {
      last.parts.push(data);
      last.bytes += data.length;
    } else {
      this.waiting.push({ stream, offset: total.bytes, parts: [data], bytes: data.length });
    }
    total.bytes += data.length;
    total.hash.update(data);
    this.wake?.();
  }

  /** Resolves as soon as something waits to be told. */
  async arrival(): Promise<void> {
    if (this.waiting.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = null;
  }

  /** The next callback's body, of about 256 KiB of output at the most, or null when all has been taken. */
  next(): OutputCallback | null {
    const chunks: OutputCallback["chunks"] = [];
    let bytes = 0;
    for (let first = this.waiting[0]; first !== undefined && chunks.length < MAX_CHUNKS; first = this.waiting[0]) {
      if (bytes > 0 && bytes + first.bytes > MAX_CALLBACK_OUTPUT_BYTES) break;
      chunks.push({ stream: first.stream, offset: first.offset, dataBase64: Buffer.concat(first.parts).toString("base64") });
      bytes += first.bytes;
      this.waiting.shift();
    }
    return chunks.length === 0 ? null : { runId: this.runId, jobNonce: this.jobNonce, seq: this.seq++, chunks };
  }

  /** Whether more than one callback's worth waits. */
  get isBehind(): boolean {
    return this.waiting.length > 1 && this.waiting.reduce((sum, chunk) => sum + chunk.bytes, 0) > MAX_CALLBACK_OUTPUT_BYTES;
  }

  totalsOf(stream: OutputStream, truncated: boolean): StreamTotals {
    const { bytes, hash } = this.totals[stream];
    return { bytes, truncated, sha256: hash.copy().digest("hex") };
  }
}
