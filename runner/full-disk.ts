import { setTimeout as sleep } from "node:timers/promises";

const RETRY_MS = 1_000;

/** Whether the disk, or this account's part of it, has no room. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/**
 * Does it again and again while the disk is full: what is to be kept is not given up because a disk was full for a while.
 * @throws what `work` throws, for another reason or once it is too late.
 */
export async function onceThereIsRoom(work: () => Promise<void>, isTooLate: () => boolean, onWait: () => void): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error) || isTooLate()) throw error;
      if (tries === 0) onWait();
    }
    await sleep(RETRY_MS);
  }
}
