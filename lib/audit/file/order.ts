import type { EventRecord } from "./event-record";
import { type Problem, type Problems, span, turn } from "./problem";

type Numbered = Pick<EventRecord, "n" | "seq">;
type Gap = { first: number; last: number; line: number; problem: Problem };
type Misfit = { belongs: number; line: number; problem: Problem };

/** Follows the numbers of the file's events, and tells what was removed, inserted or moved where they do not count up. */
export class OrderCheck {
  #expected = 1;
  #gaps: Gap[] = [];
  #misfits: Misfit[] = [];

  constructor(
    private readonly problems: Problems,
    private readonly firstLine: number,
  ) {}

  /** Takes one event and, where there is one, the event in the line after it. True when it stands where it belongs. */
  take(event: Numbered, line: number, next: Numbered | null): boolean {
    const expected = this.#expected;
    if (event.n === expected) {
      this.#expected += 1;
      return true;
    }
    const gap = this.#gaps.find(({ first, last }) => event.n >= first && event.n <= last);
    if (next?.n === expected + 1) this.#misfit(expected, event, line);
    else if (gap) this.#late(gap, event, line);
    else if (event.n < expected) {
      const message = `Line ${line} was inserted: it repeats number ${event.n} (event ${event.seq}) where ${expected} belongs.`;
      this.problems.add("inserted", message, { line, seq: event.seq });
    } else this.#missing(expected, event, line);
    return false;
  }

  /** A line that could not be read stands for one event. */
  skip(): void {
    this.#expected += 1;
  }

  /** One line alone is out of its place; if another stands in that place, the two were swapped. */
  #misfit(belongs: number, event: Numbered, line: number): void {
    this.#expected += 1;
    const other = this.#misfits.find((earlier) => earlier.belongs === event.n && earlier.problem.kind === "changed");
    if (other) {
      turn(other.problem, "reordered", `Lines ${other.line} and ${line} were swapped.`);
      return;
    }
    const message = `Line ${line} (event ${event.seq}) has the number ${event.n} where ${belongs} belongs: it was changed or replaced.`;
    this.#misfits.push({ belongs, line, problem: this.problems.add("changed", message, { line, seq: event.seq }) });
  }

  #missing(first: number, event: Numbered, line: number): void {
    const last = event.n - 1;
    const between = line === this.firstLine ? `before line ${line}` : `between line ${line - 1} and line ${line}`;
    const what = first === last ? "A line was" : `${last - first + 1} lines were`;
    const message = `${what} removed ${between}: number ${span(first, last)} of the export, before event ${event.seq}.`;
    this.#gaps.push({ first, last, line, problem: this.problems.add("removed", message, { line, seq: event.seq }) });
    this.#expected = event.n + 1;
  }

  /** What seemed to be removed stands further down: the lines were moved. */
  #late(gap: Gap, event: Numbered, line: number): void {
    if (gap.problem.kind === "reordered") return;
    const swapped = gap.first === gap.last && line === gap.line + 1;
    turn(
      gap.problem,
      "reordered",
      swapped
        ? `Lines ${gap.line} and ${line} were swapped.`
        : `Lines were moved: number ${event.n} (event ${event.seq}) stands in line ${line} and belongs before line ${gap.line}.`,
    );
  }
}
