import { boundsProblem } from "./bounds";
import { inThread } from "./in-thread";
import { inOrder, isRemembered, namedPolicies, rememberRead } from "./read-policies";

/** Shorter texts are read at once in less time than a thread takes to start. */
const shortText = 4_000;

/**
 * Reads a long text in a thread before it is first decided by, so that other requests need not wait while Cedar reads it. Where
 * that fails it says nothing: the decision reads it itself, and denies what cannot be read.
 */
export async function readAhead(text: string): Promise<void> {
  if (text.length < shortText || isRemembered(text) || boundsProblem(text)) return;
  const found = await inThread({ text, schema: null, calls: [] }).catch(() => null);
  if (found?.policies && found.errors.length === 0) rememberRead(text, namedPolicies(inOrder(found.policies)));
}
