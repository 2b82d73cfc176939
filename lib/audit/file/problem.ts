export type ProblemKind = "changed" | "removed" | "inserted" | "reordered" | "truncated" | "key" | "signature" | "checkpoint" | "unreadable";

/** What is wrong with a file, in words for people, and where. */
export type Problem = { kind: ProblemKind; line?: number; seq?: number; message: string };

const kept = 20;

/** Collects problems; after some twenty, more of them tell nothing new. */
export class Problems {
  readonly list: Problem[] = [];
  more = 0;

  add(kind: ProblemKind, message: string, where: { line?: number; seq?: number } = {}): Problem {
    const problem: Problem = { kind, ...where, message };
    if (this.list.length < kept) this.list.push(problem);
    else this.more += 1;
    return problem;
  }

  get any(): boolean {
    return this.list.length > 0;
  }
}

/** "5" or "5 to 9". */
export function span(first: number, last: number): string {
  return first === last ? String(first) : `${first} to ${last}`;
}

/** What looked like one thing proves to be another further down. */
export function turn(problem: Problem, kind: ProblemKind, message: string): void {
  problem.kind = kind;
  problem.message = message;
}
