// Next compiles routes into several bundles; what is under way is counted once per process.
const shared = globalThis as typeof globalThis & { countersignUnderWay?: Set<Promise<unknown>> };

function works(): Set<Promise<unknown>> {
  return (shared.countersignUnderWay ??= new Set());
}

/** Remembers work that nobody awaits any more, so that the process does not end in the middle of it. Gives it back as it is. */
export function underWay<T>(work: Promise<T>): Promise<T> {
  const all = works();
  all.add(work);
  const forget = () => void all.delete(work);
  work.then(forget, forget);
  return work;
}

/** Resolves when nothing is under way, what began meanwhile included. */
export async function allSettled(): Promise<void> {
  while (works().size > 0) await Promise.allSettled(works());
}
