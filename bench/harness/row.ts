import type { TestDatabase } from "@/db/testing";

/** What a row works with. Everything in it ends with the row. */
export type Bench = {
  /** A migrated database of the row's own, on a Postgres with fsync and default durability. The environment names it too. */
  database: TestDatabase;
  /** An empty temporary folder. */
  folder: string;
  /** How often both sides are measured. */
  rounds: number;
  /** How long one measurement of one side should take. */
  measureMs: number;
  /** Progress, for a person who waits. */
  say: (text: string) => void;
  /** Runs when the row has ended, however it ended; the last one first. */
  onEnd: (undo: () => Promise<unknown> | void) => void;
};

/** A bound on the ratio, or on our own figure (`of: "ours"`) where the other side is only shown beside it. */
export type Target = ({ atLeast: number } | { atMost: number }) & { of?: "ours" };

/** One line of the table. `ours`, `beside` and `ratio` are medians over the rounds; `ratio` is the median of the ratios. */
export type CaseResult = {
  case: string;
  unit: string;
  ours: number;
  beside: number;
  ratio: number;
  /** The ratio in the worst and in the best round, the lower number first. */
  spread: [number, number];
  target: Target | null;
};

/** One row of docs/benchmarks.md. Its file in `bench/` exports it as `row`, and `bench/rows.ts` names the file. */
export type BenchRow = {
  title: string;
  /** What stands on the other side. */
  beside: string;
  run: (bench: Bench) => AsyncIterable<CaseResult>;
};
