import type { Bench, CaseResult, Target } from "./row";
import { summarize, type Pair } from "./statistics";

export type Comparison = {
  case: string;
  unit: string;
  /** One measurement of each side, in `unit`. */
  ours: () => Promise<number>;
  beside: () => Promise<number>;
  target?: Target;
};

/**
 * Measures both sides in turn, round by round, so that whatever else the machine does falls on both. Who comes first
 * changes with each round. Each side runs once before, unmeasured, so that caches and compilers are warm.
 */
export async function compare(bench: Bench, { case: name, unit, ours, beside, target }: Comparison): Promise<CaseResult> {
  await ours();
  await beside();
  const pairs: Pair[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const pair = round % 2 === 0 ? await inOrder(ours, beside) : (await inOrder(beside, ours)).reverse();
    const [us = 0, them = 0] = pair;
    pairs.push({ ours: us, beside: them });
    bench.say(`${name}: round ${round + 1} of ${bench.rounds}: ${us.toPrecision(4)} beside ${them.toPrecision(4)} ${unit}`);
  }
  return { case: name, unit, ...summarize(pairs), target: target ?? null };
}

async function inOrder(first: () => Promise<number>, second: () => Promise<number>): Promise<number[]> {
  return [await first(), await second()];
}
