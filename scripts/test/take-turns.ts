import type { Writable } from "node:stream";

/** Where one of several tellers writes, and says that it has told all. */
export type Turn = { write: (text: string | Uint8Array) => void; end: () => void };

/**
 * Lets several write to one place at the same time, each without a word of another in between: one is heard at once, the
 * others when their turn comes, in the order in which they began.
 */
export function takeTurns(out: Pick<Writable, "write">): () => Turn {
  const queue: { kept: (string | Uint8Array)[]; over: boolean }[] = [];
  const next = () => {
    while (queue[0]) {
      for (const text of queue[0].kept.splice(0)) out.write(text);
      if (!queue[0].over) return;
      queue.shift();
    }
  };
  return () => {
    const mine = { kept: [] as (string | Uint8Array)[], over: false };
    queue.push(mine);
    return {
      write: (text) => {
        mine.kept.push(text);
        next();
      },
      end: () => {
        mine.over = true;
        next();
      },
    };
  };
}
