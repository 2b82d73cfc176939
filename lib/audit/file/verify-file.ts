import { createHash } from "node:crypto";
import type { Checkpoint } from "../proof/checkpoint-note";
import type { VerifierKey } from "../proof/note";
import { parseBody } from "./body";
import { csvColumns, csvHeader, csvManifestRow, csvRow, parseCsvCells, parseCsvLine } from "./csv-row";
import { type EventRecord, jsonLine, parseJsonLine, recordFault } from "./event-record";
import { headLine, looksLikeManifest, type Manifest, openManifest } from "./manifest";
import { OrderCheck } from "./order";
import { type Problem, Problems } from "./problem";
import { type Line, readLastLine, readLines } from "./read-lines";
import { Succession } from "./succession";
import { scanExport } from "./scan-export";
import { CheckpointCheck } from "./tree";

export type FileReport = {
  intact: boolean;
  problems: Problem[];
  /** Problems beyond those that are listed. */
  more: number;
  manifest: Manifest | null;
  checkpoint: Checkpoint | null;
  proved: CheckpointCheck["proved"];
  events: number;
};

/**
 * Checks an exported file with nothing but the public key: every byte of it must be the one that the export wrote. JSON
 * Lines are checked by all cores at once; a file that is not found intact in this way, and any other, is read line by line,
 * to tell what is wrong and where. `progress` is told the number of lines now and then.
 * @throws Error when the file could not be read to its end.
 */
export async function verifyFile(file: string, key: VerifierKey, progress: (lines: number) => void = () => {}): Promise<FileReport> {
  const problems = new Problems();
  const lastLine = await readLastLine(file);
  const lastText = lastLine.toString("utf8", 0, lastLine.at(-1) === 0x0a ? lastLine.length - 1 : lastLine.length);
  const manifest = readManifest(lastText, key, problems);
  const check = new FileCheck(problems, manifest, key);
  const quick = manifest?.v === 2 && manifest.format === "jsonl" && !problems.any && lastLine.equals(manifestLine(manifest, lastText));
  const found = quick ? await scanExport(file, manifest, check.tree?.checkpoint ?? null, lastLine.length) : null;
  if (found) return { intact: true, problems: [], more: 0, manifest, checkpoint: check.tree?.checkpoint ?? null, ...found };
  if (!problems.list.some(({ kind }) => kind === "key")) {
    let current: Line | null = null;
    for await (const line of readLines(file)) {
      if (current) check.take(current, line);
      if (line.number % 10_000 === 0) progress(line.number);
      current = line;
    }
    check.end(current);
    if (quick && !problems.any) problems.add("changed", "The file is not the one that was signed, but no line of it is wrong in itself. It may have been changed while it was read.");
  }
  const { checkpoint = null, proved = "nothing" } = check.tree ?? {};
  return { intact: !problems.any, problems: problems.list, more: problems.more, manifest, checkpoint, proved, events: check.events };
}

/** The last line as the export wrote it, whose text was read out of `line`. */
function manifestLine(manifest: Manifest | null, line: string): Buffer {
  const text = manifestText(line);
  return Buffer.from(manifest?.format === "csv" ? csvManifestRow(text) : `${text}\n`);
}

function manifestText(line: string): string {
  return line.startsWith("{") ? line : (parseCsvLine(line)?.[csvColumns.indexOf("body")] ?? line);
}

function readManifest(lastLine: string, key: VerifierKey, problems: Problems): Manifest | null {
  if (!looksLikeManifest(lastLine)) return null;
  const opened = openManifest(manifestText(lastLine), key);
  if (opened.ok) return opened.manifest;
  if (opened.problem === "wrong_key") {
    problems.add("key", `The file is signed by ${opened.signedBy}, not by the key that was given, ${key.name}+${key.id}. Nothing else was checked.`);
  } else if (opened.problem === "unknown_version") {
    problems.add("unreadable", "The file was made by a newer version of Countersign. Use the verifier that came with it.");
  } else if (opened.problem === "bad_signature") {
    problems.add("signature", "The signature does not fit the manifest in the last line: the manifest or its signature was changed.");
  } else {
    problems.add("changed", "The manifest in the last line was changed; it cannot be read.");
  }
  return null;
}

/** What is followed from line to line. */
class FileCheck {
  readonly tree: CheckpointCheck | null;
  events = 0;
  readonly #order: OrderCheck;
  readonly #succession: Succession;
  readonly #bytes = createHash("sha256");
  readonly #chains = createHash("sha256");
  #format: "jsonl" | "csv" = "jsonl";
  #previous: EventRecord | null = null;
  #firstSeq: number | null = null;
  #ended = false;

  constructor(
    private readonly problems: Problems,
    private readonly manifest: Manifest | null,
    key: VerifierKey,
  ) {
    this.tree = manifest ? new CheckpointCheck(problems, manifest, key) : null;
    this.#order = new OrderCheck(problems, 2);
    this.#succession = new Succession(problems, manifest ? { organizationId: manifest.organization.id, complete: manifest.complete, after: manifest.after ?? 0 } : null);
  }

  /** Any line but the last. */
  take(line: Line, next: Line): void {
    if (this.#ended) return;
    if (this.manifest?.v === 1) this.#bytes.update(line.bytes);
    if (line.number === 1 && this.#head(line)) return;
    if (looksLikeManifest(line.text)) {
      this.#ended = true;
      this.problems.add("inserted", `Line ${next.number} and whatever follows was added after the manifest in line ${line.number}.`, { line: next.number });
      return;
    }
    this.#event(line, this.#read(next));
  }

  end(last: Line | null): void {
    if (this.#ended) return;
    if (!last || last.bytes.length === 0) {
      this.problems.add("truncated", "The file is empty.");
      return;
    }
    if (!looksLikeManifest(last.text)) {
      const seq = this.#previous?.seq;
      const after = seq === undefined ? "" : ` The last whole event before it is ${seq}.`;
      this.problems.add("truncated", `The file ends in line ${last.number} without a manifest: its end was cut off or replaced.${after}`, { line: last.number });
      return;
    }
    if (last.bytes.at(-1) !== 0x0a) this.problems.add("truncated", "The line end after the manifest is missing.", { line: last.number });
    // Bytes, not text: what is not UTF-8 reads as U+FFFD, which may stand there rightly.
    if (!this.problems.any && !last.bytes.equals(manifestLine(this.manifest, last.text))) this.problems.add("changed", "The last line, that of the manifest, was changed.", { line: last.number });
    if (this.manifest) this.#compare(this.manifest, last);
  }

  /** The first line: true when there is nothing more to be read in it. */
  #head(line: Line): boolean {
    this.#format = this.manifest?.format ?? (line.text.startsWith("{") ? "jsonl" : "csv");
    if (this.#read(line)) {
      this.problems.add("removed", "The first line of the export, its head, was removed.", { line: 1 });
      return false;
    }
    const expected = this.#format === "csv" ? csvHeader : this.manifest ? headLine(this.manifest) : null;
    const known = expected === null ? line.text.startsWith('{"') : line.bytes.equals(Buffer.from(expected));
    if (!known) this.problems.add("changed", "Line 1, the head of the export, was changed.", { line: 1 });
    return true;
  }

  #read(line: Line): EventRecord | null {
    if (this.#format === "jsonl") return parseJsonLine(line.text);
    const cells = parseCsvLine(line.text);
    return cells && parseCsvCells(cells);
  }

  #event(line: Line, next: EventRecord | null): void {
    const event = this.#read(line);
    if (!event) {
      this.problems.add("changed", `Line ${line.number} is not an event of this export: it was changed or inserted.`, { line: line.number });
      this.#order.skip();
      this.#succession.interrupt();
      return;
    }
    this.events += 1;
    this.#firstSeq ??= event.seq;
    this.#previous = event;
    this.#chains.update(event.chain, "hex");
    const own = this.#ownFault(line, event);
    if (own) this.problems.add("changed", own, { line: line.number, seq: event.seq });
    const inPlace = this.#order.take(event, line.number, next);
    if (own || !inPlace) this.#succession.interrupt();
    else {
      this.#succession.take(event, line.number);
      this.tree?.take(event, line.number);
    }
  }

  /** What is wrong with the line in itself. */
  #ownFault(line: Line, event: EventRecord): string | null {
    const at = `Line ${line.number} (event ${event.seq})`;
    const fault = recordFault(event);
    if (fault === "body") return `${at} was changed: its content does not have the hash that was recorded for it.`;
    if (fault === "hashes") return `${at} was changed: its position or one of its hashes does not fit the chain.`;
    const body = parseBody(event.body);
    if (!body || (this.manifest && body.organization !== this.manifest.organization.id)) return `${at} is not an event of this organization.`;
    // Also the bytes between what is hashed, and those that only read as what was hashed.
    const expected = this.#format === "csv" ? csvRow(event) : `${jsonLine(event)}\n`;
    if (line.bytes.equals(Buffer.from(expected))) return null;
    if (this.#format === "jsonl") return `${at} was changed: its bytes are not those that the export wrote.`;
    const right = parseCsvLine(expected.slice(0, -1)) ?? [];
    const wrong = parseCsvLine(line.text)?.findIndex((cell, at) => cell !== right[at]) ?? -1;
    const column = csvColumns[wrong];
    return column
      ? `${at} was changed: the column '${column}' does not say what the event says.`
      : `${at} was written again by another program: its quoting is not the export's. Check the file as it was downloaded.`;
  }

  #compare(manifest: Manifest, last: Line): void {
    if (this.problems.any) return;
    const line = last.number;
    const lastSeq = this.#previous?.seq ?? null;
    if (this.events < manifest.count) {
      const end = lastSeq !== manifest.lastSeq ? `The last one is event ${lastSeq ?? "none"}, and event ${manifest.lastSeq} was signed as the last.` : "The others were numbered again to hide it.";
      this.problems.add("removed", `The file has ${this.events} events, but ${manifest.count} were signed: lines were removed. ${end}`, { line });
    } else if (this.events > manifest.count) {
      this.problems.add("inserted", `The file has ${this.events} events, but only ${manifest.count} were signed: lines were inserted.`, { line });
    } else if (manifest.v === 1 ? this.#bytes.digest("hex") !== manifest.sha256 : this.#chains.digest("hex") !== manifest.chains) {
      this.problems.add("changed", "The file is not the one that was signed: an event was replaced by another whose own hashes fit, or bytes were changed outside of the events.");
    } else if (this.#firstSeq !== manifest.firstSeq || lastSeq !== manifest.lastSeq || (this.#previous?.chain ?? null) !== manifest.lastChain) {
      this.problems.add("changed", "The events are not those that the manifest describes.", { line });
    }
  }
}
