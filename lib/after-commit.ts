import type { Tx } from "@/db/tenant";

const waiting = new WeakMap<Tx, (() => void)[]>();

/** Calls `tell` when `transact` has committed: for what is counted, or told ahead of the job that makes sure of it; nothing of what was undone. */
export function afterCommit(tx: Tx, tell: () => void): void {
  waiting.set(tx, [...(waiting.get(tx) ?? []), tell]);
}

/** Calls what waited for this transaction, which has just been committed. */
export function tellCommitted(tx: Tx): void {
  for (const tell of waiting.get(tx) ?? []) tell();
}
