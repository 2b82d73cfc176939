import { AppError } from "@/lib/errors";

/** Tabs that nobody looks at let go of their stream, so this is many more than anybody has open. */
export const maxPerPerson = 60;

// Next compiles routes into several bundles; a person is counted once for the process all the same.
const shared = globalThis as typeof globalThis & { countersignStreams?: Map<string, number> };

/**
 * One person's place among those who follow something live, so that one account cannot take the places of all others of its
 * organization. Gives the function that gives it back.
 * @throws AppError `rate_limited` beyond `maxPerPerson`.
 */
export function takePlace(personId: string): () => void {
  const streams = (shared.countersignStreams ??= new Map());
  const held = streams.get(personId) ?? 0;
  if (held >= maxPerPerson) {
    throw new AppError("rate_limited", `You have ${maxPerPerson} pages open that follow changes live already.`, { hint: "Close some of them.", retryAfterSeconds: 30 });
  }
  streams.set(personId, held + 1);
  let given = true;
  return () => {
    if (!given) return;
    given = false;
    const left = (streams.get(personId) ?? 1) - 1;
    if (left > 0) streams.set(personId, left);
    else streams.delete(personId);
  };
}
