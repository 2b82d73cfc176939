import type { Ctx } from "@/lib/ctx/ctx";
import { auditKey } from "./keys";
import { recordVerification, type Verification } from "./record-verification";
import { nextCheckpoints, type StoredCheckpoint, streamEvents, streamHead } from "./stream";
import { StreamCheck, type StreamProblem } from "./stream-check";
import { trustCheckpoint, type TrustedCheckpoint } from "./trusted-checkpoint";

export type VerifyProgress = { checked: number; total: number };
export type VerifyResult = Verification & { checkedAt: Date };

/**
 * Recomputes every hash of the organization's stream and compares it with what is stored and with every signed
 * checkpoint, page by page, telling its progress. Ends at the first thing that is not right. The result is an event.
 */
export async function* verifySteps(ctx: Ctx, part?: Part): AsyncGenerator<VerifyProgress, VerifyResult> {
  const { from, most = Number.MAX_SAFE_INTEGER } = part ?? {};
  const head = await streamHead(ctx);
  const check = new StreamCheck(ctx.organizationId, from);
  const begin = check.seq;
  const end = Math.min(head.seq, begin + most);
  const checkpoints = new CheckpointWalk(ctx, begin);
  let problem: StreamProblem | null = null;
  yield { checked: begin, total: head.seq };
  for await (const page of streamEvents(ctx, begin, end)) {
    for (const [at, event] of page.entries()) {
      problem = check.take(event, page[at + 1]) ?? (await checkpoints.at(check));
      if (problem) break;
    }
    if (problem) break;
    yield { checked: check.seq, total: head.seq };
  }
  if (end === head.seq || check.seq < end) problem ??= endProblem(head, check) ?? (await checkpoints.beyond(check.seq, head.seq));
  const result = { verifiedTo: check.seq, events: check.seq - begin, checkpoints: checkpoints.compared, head: head.seq, problem };
  const checkedAt = new Date();
  await recordVerification(ctx, result);
  return { ...result, checkedAt };
}

/** A part of the stream: after a state that is known to be right, and how many events. */
type Part = { from?: TrustedCheckpoint; most?: number };

/** As `verifySteps`, for callers that need only the result. */
export async function verify(ctx: Ctx, part?: Part): Promise<VerifyResult> {
  const steps = verifySteps(ctx, part);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

function endProblem(head: { seq: number; chain: Buffer | null; stored: number }, check: StreamCheck): StreamProblem | null {
  if (check.seq < head.seq) {
    return { seq: check.seq + 1, kind: "missing", message: `The stream ends at event ${check.seq}, but event ${head.seq} was appended: the newest are missing.` };
  }
  if (head.stored > head.seq) {
    return { seq: head.seq + 1, kind: "inserted", message: `Event ${head.stored} is stored, but only ${head.seq} were appended.` };
  }
  if (head.chain && !head.chain.equals(check.chain)) {
    return { seq: head.seq, kind: "changed", message: `The recorded end of the chain is not that of event ${head.seq}.` };
  }
  return null;
}

/** The signed checkpoints in the order of their sizes, a few at a time. */
class CheckpointWalk {
  compared = 0;
  #waiting: StoredCheckpoint[] = [];
  #last: number;
  #exhausted = false;
  readonly #key = auditKey();

  constructor(
    private readonly ctx: Ctx,
    after: number,
  ) {
    this.#last = after;
  }

  /** Compares the checkpoint that was signed at this size, if there is one. */
  async at(check: StreamCheck): Promise<StreamProblem | null> {
    const row = await this.#next();
    if (!row || row.treeSize > check.seq) return null;
    this.#waiting.shift();
    const trusted = trustCheckpoint(row, this.#key);
    if (!trusted.ok) return { seq: row.treeSize, kind: "checkpoint", message: `The checkpoint at event ${row.treeSize} is not to be trusted: ${trusted.reason}.` };
    if (!trusted.state.tree.root().equals(check.tree.root()) || !trusted.state.chain.equals(check.chain)) {
      return { seq: row.treeSize, kind: "checkpoint", message: `The events up to ${row.treeSize} are not those that were signed: the history was rewritten.` };
    }
    this.compared += 1;
    return null;
  }

  /** A checkpoint of more events than there are. One that was signed after the walk began is not meant. */
  async beyond(seq: number, head: number): Promise<StreamProblem | null> {
    const row = await this.#next();
    if (!row || seq < head) return null;
    const now = await streamHead(this.ctx);
    if (row.treeSize <= now.seq) return null;
    return { seq: seq + 1, kind: "missing", message: `Event ${row.treeSize} was signed, but the stream ends at event ${now.seq}: the newest are missing.` };
  }

  async #next(): Promise<StoredCheckpoint | undefined> {
    if (this.#waiting.length === 0 && !this.#exhausted) {
      this.#waiting = await nextCheckpoints(this.ctx, this.#last);
      this.#last = this.#waiting.at(-1)?.treeSize ?? this.#last;
      this.#exhausted = this.#waiting.length === 0;
    }
    return this.#waiting[0];
  }
}
