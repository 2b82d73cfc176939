import type { Company } from "./company";
import { inWords, planRound, playRound } from "./round";
import { playStep, type StepKill } from "./steps";

/** So many steps go on beside one another's stories before all are awaited and looked at. */
const STEPS_PER_LOOK = 12;

export type Played = { passed: number; faults: string[] };
export type Tell = (line: string) => void;

/** Kills at step after step. What is broken stays broken, so it ends with the first look that finds something. */
export async function playSteps(company: Company, kills: readonly StepKill[], tell: Tell): Promise<Played> {
  const waiting = [...kills];
  let passed = 0;
  while (waiting.length > 0) {
    const faults: string[] = [];
    const stories: Promise<string[]>[] = [];
    let reached = 0;
    for (let kill = waiting.shift(); kill; kill = reached < STEPS_PER_LOOK ? waiting.shift() : undefined) {
      const { victim, points } = kill;
      const startedAt = Date.now();
      const played = await playStep(company, kill);
      const done = points.filter((point) => ![...played.left, ...played.never].includes(point));
      if (done.length > 0) tell(`· ${victim} killed at ${done.join(", ")}  ${since(startedAt)}`);
      for (const point of played.never) faults.push(`the point ${point} was never passed`);
      // Those that others were in the way of get a kill of their own.
      waiting.push(...played.left.map((point) => ({ victim, points: [point] })));
      stories.push(played.stories);
      reached += done.length;
    }
    const startedAt = Date.now();
    faults.push(...(await Promise.all(stories)).flat(), ...(await company.inspect()));
    if (faults.length > 0) return { passed, faults };
    passed += reached;
    tell(`✓ after ${passed} steps nothing is broken  ${since(startedAt)}`);
  }
  return { passed, faults: [] };
}

/** Plays rounds of a seed under load, up to the first that breaks something. */
export async function playRounds(company: Company, seed: number, numbers: readonly number[], tell: Tell): Promise<Played> {
  for (const [passed, number] of numbers.entries()) {
    const round = planRound(seed, number);
    const startedAt = Date.now();
    const faults = await playRound(company, round);
    tell(`${faults.length === 0 ? "✓" : "✗"} ${inWords(round)}  ${since(startedAt)}`);
    if (faults.length > 0) return { passed, faults: [...faults, `that round alone: npm run faults -- --seed ${seed} --round ${number}`] };
  }
  return { passed: numbers.length, faults: [] };
}

function since(startedAt: number): string {
  return `(${((Date.now() - startedAt) / 1000).toFixed(1)} s)`;
}
