import { AppError } from "./errors";
import { metrics } from "./metrics/metrics";
import { underWay } from "./shutdown/under-way";

export type Outcome<Out> = { ok: true; value: Out } | { ok: false; error: unknown };

type Waiting<In, Out> = { item: In; settle: (outcome: Outcome<Out>) => void };

export type GroupCommitOptions<In, Out> = {
  /** What is written, as metrics name it. */
  name: string;
  /** Most items that one commit takes. */
  maxBatch: number;
  /** Most items that wait for one key; further ones are refused as `unavailable`, none is dropped. */
  maxWaiting: number;
  /** Writes a batch in one transaction. Gives one outcome per item, in order; throws when nothing was written. */
  commit: (key: string, batch: readonly In[]) => Promise<readonly Outcome<Out>[]>;
  /** Whether a commit that threw may be tried again in halves, to find the item that it failed on. */
  splitOn: (error: unknown) => boolean;
  /** Whether a commit that threw only met another's, so that the same batch is tried again, a few times. */
  againOn?: (error: unknown) => boolean;
};

const mostAgain = 3;

/**
 * Callers go on once the next batch is on its way: what they do would otherwise keep the database waiting. The driver gives
 * small messages to the socket in the next turn of the event loop, so this comes in the one after it, or when it is called.
 */
function afterSending(tell: () => void): () => void {
  let pending = true;
  const once = () => {
    if (pending) tell();
    pending = false;
  };
  setImmediate(() => setImmediate(once));
  return once;
}

/**
 * Group commit: items that arrive for a key while its commit is under way are written together by the next one. Nobody
 * waits for a timer: a lone item commits at once, and under load the batch grows by itself. Items of one key are decided
 * in the order of their arrival.
 */
export function groupCommit<In, Out>(options: GroupCommitOptions<In, Out>): (key: string, item: In) => Promise<Out> {
  const queues = new Map<string, Waiting<In, Out>[]>();
  const size = metrics().batchSize.labels(options.name);
  const waitingNow = metrics().batchWaiting.labels(options.name);

  async function drain(key: string, queue: Waiting<In, Out>[]): Promise<void> {
    let tell: (() => void) | null = null;
    while (queue.length > 0) {
      const batch = queue.splice(0, options.maxBatch);
      size.observe(batch.length);
      const committed = commitBatch(key, batch);
      const told = tell && afterSending(tell);
      tell = await committed;
      told?.();
      waitingNow.dec(batch.length);
      if (queue.length > 0) continue;
      tell();
      tell = null;
      // Who comes again at once is in the next batch.
      await Promise.resolve();
    }
    queues.delete(key);
  }

  /** Gives what tells the callers of what became of their items. */
  async function commitBatch(key: string, batch: readonly Waiting<In, Out>[], attempt = 0): Promise<() => void> {
    try {
      const outcomes = await options.commit(key, batch.map((waiting) => waiting.item));
      return () => batch.forEach((waiting, i) => waiting.settle(outcomes[i] ?? { ok: false, error: new Error("the commit gave no outcome") }));
    } catch (error) {
      if (attempt < mostAgain && options.againOn?.(error)) return commitBatch(key, batch, attempt + 1);
      if (batch.length > 1 && options.splitOn(error)) {
        const middle = Math.ceil(batch.length / 2);
        (await commitBatch(key, batch.slice(0, middle)))();
        return commitBatch(key, batch.slice(middle));
      }
      return () => batch.forEach((waiting) => waiting.settle({ ok: false, error }));
    }
  }

  return (key, item) =>
    new Promise<Out>((resolve, reject) => {
      const waiting: Waiting<In, Out> = {
        item,
        settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
      };
      const queue = queues.get(key);
      if (!queue) {
        waitingNow.inc();
        const fresh = [waiting];
        queues.set(key, fresh);
        void underWay(drain(key, fresh));
      } else if (queue.length >= options.maxWaiting) {
        reject(new AppError("unavailable", "Too many requests are waiting to be written.", { hint: "Try again in a second.", retryAfterSeconds: 1 }));
      } else {
        waitingNow.inc();
        queue.push(waiting);
      }
    });
}
