import path from "node:path";
import { Worker } from "node:worker_threads";
import type { DetailedError, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { AppError } from "@/lib/errors";
import type { CedarCall, readAnswer } from "./oracle";

/** What the thread is given, and what it finds. */
type Task = { text: string; /** Null: it was checked before, and is only read. */ schema: string | null; calls: readonly CedarCall[] };
type Said = { policyId: string | null; error: Pick<DetailedError, "message" | "help" | "sourceLocations"> };
export type ThreadFinding = {
  errors: Said[];
  warnings: Said[];
  /** In Cedar's order of them; missing when the text cannot be read. */
  policies?: PolicyJson[];
  texts?: string[];
  formatted?: string | null;
  answers?: Parameters<typeof readAnswer>[0][];
};

/** Longest look at one text. The largest that may be takes about two seconds on a machine that has nothing else to do. */
const timeLimitMs = 30_000;
const mostAtOnce = 2;
const mostWaiting = 50;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Looks at a text in a thread of its own, few at a time. Null: it did not come to an end, for whatever reason.
 * @throws AppError `too_many_requests` when too many wait already.
 */
export async function inThread(task: Task, limitMs = timeLimitMs): Promise<ThreadFinding | null> {
  if (running >= mostAtOnce) {
    if (waiting.length >= mostWaiting) throw new AppError("rate_limited", "Too many policies are being checked at the moment. Try again in a few seconds.");
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await look(task, limitMs);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

async function look(workerData: Task, limitMs: number): Promise<ThreadFinding | null> {
  // The stack is smaller than the main thread's, so that what can be read here can be read there.
  const file = path.join(/* turbopackIgnore: true */ process.cwd(), "lib/cedar/check-worker.mjs");
  const worker = new Worker(/* turbopackIgnore: true */ file, { workerData, execArgv: [], env: {}, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 128, stackSizeMb: 0.8 } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs, null);
      worker.once("message", resolve);
      worker.once("error", () => resolve(null));
      worker.once("exit", () => resolve(null));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
