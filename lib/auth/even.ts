import { setTimeout as sleep } from "node:timers/promises";

const stepMs = 250;

/**
 * Holds an answer back to the next quarter of a second since its question came, so that the few milliseconds by which one
 * kind of refusal takes longer than another are not to be measured.
 */
export async function evenOut(startedAt: number, now: () => number = () => performance.now()): Promise<void> {
  const takenMs = now() - startedAt;
  await sleep(stepMs - (takenMs % stepMs));
}
