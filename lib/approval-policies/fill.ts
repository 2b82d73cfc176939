import type { PlanStage } from "@/db/schema/approval-plan";
import { escalatedTo, isMeant, type Seated } from "@/lib/approvals/seats";

/** Somebody who could take a place, with all their accounts. */
export type Taker = Seated & { accounts: readonly string[] };

type Where = { kind: string; managerId: string | null };

/** The first stage for which there are not enough different people, with those who could be asked in it. */
export type Unfilled = { stage: PlanStage; takers: Taker[] };

/**
 * Whether a plan could be satisfied by these people, if all of them said yes: one alternative of every stage, and nobody twice,
 * also not with another account. Null: it could.
 */
export function unfilled(stages: readonly PlanStage[], takers: readonly Taker[], where: Where): Unfilled | null {
  const options = stages.map((stage) => {
    const further = escalatedTo(stage, Infinity);
    return stage.anyOf.map(({ count, people }) => {
      const fit = takers.flatMap((taker, at) => ([...people, ...further].some((one) => isMeant(one, taker, where)) ? [at] : []));
      return Array.from({ length: count }, () => fit);
    });
  });
  const same = sameHumans(takers);
  for (let length = 1; length <= stages.length; length++) {
    if (canTake(options.slice(0, length), [], same)) continue;
    const stage = stages[length - 1];
    const fit = new Set(options[length - 1]?.flat(2));
    return stage ? { stage, takers: takers.filter((_, at) => fit.has(at)) } : null;
  }
  return null;
}

/** For each taker a number that all accounts of one human being share. */
function sameHumans(takers: readonly Taker[]): number[] {
  return takers.map((taker) => takers.findIndex((other) => other.id === taker.id || other.accounts.includes(taker.id) || taker.accounts.includes(other.id)));
}

/** Tries one alternative of each stage after the other. `places`: for each place to take, who could. */
function canTake(options: readonly number[][][][], places: readonly number[][], same: readonly number[]): boolean {
  if (!allTaken(places, same)) return false;
  const [first, ...rest] = options;
  return first ? first.some((alternative) => canTake(rest, [...places, ...alternative], same)) : true;
}

/** A bipartite matching by augmenting paths: everybody takes one place at the most, and makes room where somebody else could move. */
function allTaken(places: readonly number[][], same: readonly number[]): boolean {
  const placeOf = new Map<number, number>();
  const take = (place: number, tried: Set<number>): boolean =>
    (places[place] ?? []).some((taker) => {
      const human = same[taker] ?? taker;
      if (tried.has(human)) return false;
      tried.add(human);
      const taken = placeOf.get(human);
      if (taken !== undefined && !take(taken, tried)) return false;
      placeOf.set(human, place);
      return true;
    });
  return places.every((_, place) => take(place, new Set()));
}
