import { type Checkpoint, openCheckpoint } from "../proof/checkpoint-note";
import { MerkleFrontier } from "../proof/merkle";
import type { VerifierKey } from "../proof/note";
import type { EventRecord } from "./event-record";
import type { Manifest } from "./manifest";
import type { Problems } from "./problem";

/** Compares the events of a file with the signed checkpoint that it carries. */
export class CheckpointCheck {
  readonly checkpoint: Checkpoint | null = null;
  /** What of the checkpoint the file's events could prove. */
  proved: "root" | "chain" | "nothing" = "nothing";
  #tree: MerkleFrontier | null = new MerkleFrontier();

  constructor(
    private readonly problems: Problems,
    manifest: Manifest,
    key: VerifierKey,
  ) {
    if (manifest.checkpoint === null) return;
    const opened = openCheckpoint(manifest.checkpoint, key);
    if (!opened.ok) {
      const words = { malformed: "cannot be read", wrong_key: "is signed by another key", bad_signature: "has a signature that does not fit" };
      problems.add("checkpoint", `The signed checkpoint in the manifest ${words[opened.problem]}.`);
    } else if (opened.checkpoint.organizationId !== manifest.organization.id) {
      problems.add("checkpoint", "The signed checkpoint in the manifest is that of another organization.");
    } else this.checkpoint = opened.checkpoint;
    if (this.checkpoint && manifest.complete && this.checkpoint.size > manifest.upTo) {
      problems.add("checkpoint", `The signed checkpoint covers ${this.checkpoint.size} events, but the export ends at event ${manifest.upTo}: the newest were removed.`);
    }
  }

  take({ seq, leaf, chain }: EventRecord, line: number): void {
    if (!this.checkpoint || seq > this.checkpoint.size) return;
    // A root can be computed from all events only; one that is missing makes it impossible.
    if (this.#tree?.size === seq - 1) this.#tree.append(Buffer.from(leaf, "hex"));
    else this.#tree = null;
    if (seq !== this.checkpoint.size) return;
    this.proved = this.#tree ? "root" : "chain";
    const where = { line, seq };
    if (this.checkpoint.chain.toString("hex") !== chain) {
      this.problems.add("checkpoint", `At event ${seq} (line ${line}) the chain differs from the signed checkpoint: the history was rewritten.`, where);
    } else if (this.#tree && !this.#tree.root().equals(this.checkpoint.root)) {
      this.problems.add("checkpoint", `The events up to ${seq} (line ${line}) do not have the root of the signed checkpoint: the history was rewritten.`, where);
    }
  }
}
