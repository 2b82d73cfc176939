import { drainSignal } from "@/lib/shutdown/draining";
import { subscribe } from "./subscribe";
import type { Topic } from "./topics";

export type WaitOptions = {
  /** Asked once the wait is registered and after every change, so that nothing is missed in between. */
  until: () => Promise<boolean>;
  timeoutMs: number;
  signal?: AbortSignal;
};

/**
 * Waits until `until` says so: true. False when the time is over, the caller left, or this process is
 * ending: the caller then asks again, and whoever answers next looks anew.
 * @throws what `until` throws, and AppError `unavailable` as `subscribe`.
 */
export async function waitFor(organizationId: string, topic: Topic, { until, timeoutMs, signal }: WaitOptions): Promise<boolean> {
  let wake = () => {};
  let changed = false;
  const end = await subscribe(organizationId, topic, () => {
    changed = true;
    wake();
  });
  const deadline = performance.now() + timeoutMs;
  const drain = drainSignal();
  try {
    for (;;) {
      changed = false;
      if (await until()) return true;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || signal?.aborted || drain.aborted) return false;
      if (!changed) await pause(leftMs, signal ? [signal, drain] : [drain], (resolve) => (wake = resolve));
    }
  } finally {
    end();
  }
}

function pause(ms: number, signals: readonly AbortSignal[], register: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    for (const signal of signals) signal.addEventListener("abort", wake);
    register(wake);
  });
}
