import type { GetStepTools } from "inngest";
import type { inngest } from "./client";

export type Step = GetStepTools<typeof inngest>;

type Wait = { event: string; if: string; timeout: string | number | Date };

/**
 * Waits for an event or a time-out. An event that was sent just before the wait was registered would be missed, so `look`
 * reads the state once more in a step beside the wait, which runs when the wait is registered.
 * @returns false after the time-out.
 */
export async function waitOrSee(step: Step, name: string, wait: Wait, look: () => Promise<boolean>): Promise<boolean> {
  const told = step.waitForEvent(name, wait).then((event) => event !== null);
  const seen = step.run(`${name}: look again`, look).then((already) => (already ? true : new Promise<boolean>(() => {})));
  return Promise.race([told, seen]);
}
