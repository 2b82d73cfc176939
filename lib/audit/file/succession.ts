import { chainStart } from "../proof/chain";
import type { EventRecord } from "./event-record";
import { type Problem, type Problems, span, turn } from "./problem";

/** What the file says of itself, as far as the events must fit it. */
export type Expectation = { organizationId: string; complete: boolean; after: number };

/** Follows the chain from event to event: neighbours must join, and a complete export may leave no event out. */
export class Succession {
  #previous: { seq: number; chain: string; line: number } | null = null;
  #begun = false;
  #gaps: { first: number; last: number; problem: Problem }[] = [];

  constructor(
    private readonly problems: Problems,
    private readonly expectation: Expectation | null,
  ) {}

  take({ seq, prev, chain }: EventRecord, line: number): void {
    const before = this.#previous;
    if (before && seq <= before.seq) {
      this.#late(before, seq, line);
      return;
    }
    this.#previous = { seq, chain, line };
    if (before) this.#join(before, { seq, prev, line });
    else if (!this.#begun) this.#begin({ seq, prev, line });
    this.#begun = true;
  }

  /** After a line with a problem of its own, the next one begins anew. */
  interrupt(): void {
    this.#previous = null;
    this.#begun = true;
  }

  #begin({ seq, prev, line }: { seq: number; prev: string; line: number }): void {
    if (!this.expectation) return;
    const { organizationId, complete, after } = this.expectation;
    if (seq === 1 && prev !== chainStart(organizationId).toString("hex")) {
      this.problems.add("changed", `Line ${line} (event 1) does not begin the chain of this organization.`, { line, seq });
    }
    if (complete && seq > after + 1) this.problems.add("removed", `Event ${span(after + 1, seq - 1)} was removed before line ${line}.`, { line, seq });
  }

  #join(before: { seq: number; chain: string; line: number }, { seq, prev, line }: { seq: number; prev: string; line: number }): void {
    const where = { line, seq };
    if (seq === before.seq + 1 && prev !== before.chain) {
      this.problems.add("changed", `Line ${line} (event ${seq}) does not continue the chain of line ${before.line} (event ${before.seq}): one of the two was replaced.`, where);
    } else if (seq > before.seq + 1 && this.expectation?.complete) {
      const [first, last] = [before.seq + 1, seq - 1];
      const problem = this.problems.add("removed", `Event ${span(first, last)} was removed between line ${before.line} and line ${line}.`, where);
      this.#gaps.push({ first, last, problem });
    }
  }

  #late(before: { seq: number }, seq: number, line: number): void {
    const message = `Line ${line} holds event ${seq} after event ${before.seq}: lines were moved or inserted, and numbered again.`;
    const gap = this.#gaps.find(({ first, last }) => seq >= first && seq <= last);
    if (gap) turn(gap.problem, "reordered", message);
    else this.problems.add("reordered", message, { line, seq });
  }
}
