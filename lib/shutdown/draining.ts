import { setMaxListeners } from "node:events";

// Next compiles routes into several bundles; whether this process is ending is one answer for all of them.
const shared = globalThis as typeof globalThis & { countersignDrain?: AbortController };

function controller(): AbortController {
  if (!shared.countersignDrain) {
    shared.countersignDrain = new AbortController();
    // Every open stream and every waiting request listens to it.
    setMaxListeners(0, shared.countersignDrain.signal);
  }
  return shared.countersignDrain;
}

/** Aborts once, when the process begins to end: what waits or streams should then come to its own good end. */
export function drainSignal(): AbortSignal {
  return controller().signal;
}

/** Whether the process is ending: it finishes what it has in hand and should be given nothing new. */
export function isDraining(): boolean {
  return shared.countersignDrain?.signal.aborted ?? false;
}

export function beginDraining(): void {
  controller().abort();
}
