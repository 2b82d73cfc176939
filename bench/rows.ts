import type { BenchRow } from "./harness/row";

/** Where each row is, by its letter in docs/benchmarks.md. */
export const rows: Record<string, () => Promise<{ row: BenchRow }>> = {
  a: () => import("./decisions"),
  b: () => import("./decisions-beside-next"),
  c: () => import("./audit-append"),
  d: () => import("./reservations"),
  e: () => import("./audit-verify"),
  f: () => import("./audit-export"),
  g: () => import("./sandbox"),
  h: () => import("./resume"),
  i: () => import("./first-load"),
  j: () => import("./growth"),
  k: () => import("./session-check"),
  l: () => import("./policies"),
  m: () => import("./queue"),
};

/** Rows that take longer than a person waits: only when they are named. */
export const onlyWhenNamed: readonly string[] = ["j"];
