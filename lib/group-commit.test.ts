import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupCommit, type Outcome } from "./group-commit";

const tick = () => new Promise((resolve) => setImmediate(resolve));

function recorder(options: { maxBatch?: number; maxWaiting?: number; fail?: (item: number) => boolean } = {}) {
  const batches: number[][] = [];
  let open = 0;
  let mostOpen = 0;
  const submit = groupCommit<number, number>({
    name: "numbers",
    maxBatch: options.maxBatch ?? 100,
    maxWaiting: options.maxWaiting ?? 1000,
    splitOn: (error) => error instanceof RangeError,
    commit: async (_key, batch): Promise<Outcome<number>[]> => {
      mostOpen = Math.max(mostOpen, ++open);
      await tick();
      open--;
      if (batch.some((item) => options.fail?.(item))) throw new RangeError("poison");
      batches.push([...batch]);
      return batch.map((item) => ({ ok: true, value: item * 2 }));
    },
  });
  return { submit, batches, mostOpen: () => mostOpen };
}

describe("group commit", () => {
  it("commits a lone item at once and gathers those that arrive meanwhile", async () => {
    const { submit, batches } = recorder();
    const results = await Promise.all([1, 2, 3, 4].map((n) => submit("a", n)));
    expect(results).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it("tries a batch again that only met another's, and not for ever", async () => {
    let tries = 0;
    const submit = groupCommit<number, number>({
      name: "numbers",
      maxBatch: 10,
      maxWaiting: 10,
      splitOn: () => false,
      againOn: (error) => error instanceof RangeError,
      commit: async (_key, batch) => {
        if (++tries < 3 || batch[0] === 7) throw new RangeError("met");
        return batch.map((item) => ({ ok: true, value: item }));
      },
    });
    expect(await submit("a", 1)).toBe(1);
    expect(tries).toBe(3);
    await expect(submit("a", 7)).rejects.toThrow("met");
    expect(tries).toBe(7);
  });

  it("fails only the item that the commit failed on", async () => {
    const { submit } = recorder({ fail: (item) => item === 3 });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => submit("a", n)));
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"]);
  });

  it("has the next batch on its way before the callers of the last one go on", async () => {
    const seen: string[] = [];
    const submit = groupCommit<number, void>({
      name: "numbers",
      maxBatch: 2,
      maxWaiting: 10,
      splitOn: () => false,
      commit: async (_key, batch) => {
        seen.push(`begun ${batch.join()}`);
        await tick();
        seen.push(`sent ${batch.join()}`);
        for (let n = 0; n < 3; n++) await tick();
        return batch.map(() => ({ ok: true, value: undefined }));
      },
    });
    const call = async (n: number) => {
      await submit("a", n);
      seen.push(`told ${n}`);
    };
    await Promise.all([1, 2, 3, 4].map(call));
    expect(seen).toEqual(["begun 1", "sent 1", "begun 2,3", "sent 2,3", "told 1", "begun 4", "sent 4", "told 2", "told 3", "told 4"]);
  });

  it("refuses rather than queues without bound", async () => {
    const { submit } = recorder({ maxWaiting: 2 });
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => submit("a", n)));
    expect(results.filter((result) => result.status === "rejected")).toHaveLength(1);
  });

  it("keeps arrival order, one commit at a time per key, whatever the batches", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), async (pauses, maxBatch) => {
        const { submit, batches, mostOpen } = recorder({ maxBatch });
        const pending: Promise<number>[] = [];
        for (const [i, pause] of pauses.entries()) {
          pending.push(submit("a", i));
          for (let n = 0; n < pause; n++) await tick();
        }
        await Promise.all(pending);
        expect(batches.flat()).toEqual(pauses.map((_, i) => i));
        expect(Math.max(0, ...batches.map((batch) => batch.length))).toBeLessThanOrEqual(maxBatch);
        expect(mostOpen()).toBeLessThanOrEqual(1);
      }),
    );
  });
});
