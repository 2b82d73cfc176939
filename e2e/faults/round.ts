import { setTimeout as sleep } from "node:timers/promises";
import type { Company } from "./company";
import type { FaultPoint, Hit } from "./controller";
import { partNames, type PartName } from "./installation";
import { chosen, seeded } from "./random";
import type { StoryName } from "./stories";

/** When to kill: some time after the stories begin, or when a part comes to a point for the n-th time. */
type Moment = { afterMs: number } | { point: FaultPoint; skip: number };

type Kill = { victim: PartName; moment: Moment; downMs: number };

/** What happens in one round, all of it by its seed. */
export type Round = { number: number; stories: StoryName[]; kills: Kill[] };

/** Points that a round passes in any case, or nearly. */
const points: readonly FaultPoint[] = [
  "decision.written", "decision.committed", "outbox.read", "outbox.sent", "engine.event-stored", "engine.calling", "engine.called", "engine.stored",
  "change.written:approvals.decided", "change.committed:approvals.decided", "change.written:actions.grant_used", "change.committed:actions.grant_used",
  "change.written:actions.completed", "change.committed:actions.completed", "dispatch.sending", "dispatch.taken", "change.written:runs.dispatched",
  "change.committed:runs.dispatched", "runner.accepted", "runner.starting", "runner.started", "runner.printing", "output.written", "output.committed",
  "runner.ended", "runner.finished", "runner.telling", "change.written:runs.finished", "change.committed:runs.finished", "runner.told", "runner.closed",
];

const load: readonly StoryName[] = [
  "run", "run", "approvedRun", "approvedRun", "grant", "grant", "grant", "grant", "approvedGrant", "approvedGrant", "rejected", "cancelled", "poor", "poor",
  "forgotten", "unreported", "undecided",
];

export function planRound(seed: number, number: number): Round {
  const random = seeded(seed, number);
  const kill = (): Kill => ({
    victim: chosen(random, partNames),
    moment: random() < 0.4 ? { afterMs: Math.floor(random() * 2_500) } : { point: chosen(random, points), skip: Math.floor(random() * 4) },
    downMs: Math.floor(random() * 600),
  });
  const kills = random() < 0.7 ? [kill()] : [kill(), kill()];
  return { number, kills, stories: [...load, ...load].filter(() => random() < 0.6) };
}

/** Plays the round's stories at once and kills while they go on. @returns what was broken, a sentence each. */
export async function playRound(company: Company, round: Round): Promise<string[]> {
  const faults: string[] = [];
  const under = Promise.all(
    round.stories.map((story) => company.play(story).catch((error: unknown) => faults.push(`the story '${story}' broke off: ${error instanceof Error ? error.message : String(error)}`))),
  );
  await Promise.all(round.kills.map((kill) => carryOut(company, kill, under)));
  await under;
  return [...faults, ...(await company.inspect())];
}

async function carryOut({ installation }: Company, { victim, moment, downMs }: Kill, under: Promise<unknown>): Promise<void> {
  const hit = "point" in moment ? await reach(installation.controller.trap(moment.point, moment.skip), under) : await sleep(moment.afterMs);
  await installation.kill(victim);
  hit?.go();
  await sleep(downMs);
  await installation.revive(victim);
}

/** The point may not be passed so often; then the part dies when all is told. */
async function reach({ caught, remove }: { caught: Promise<Hit>; remove: () => void }, under: Promise<unknown>): Promise<Hit | null> {
  const hit = await Promise.race([caught, under.then(() => null)]);
  if (!hit) remove();
  return hit;
}

export function inWords({ number, stories, kills }: Round): string {
  const told = kills.map(({ victim, moment }) => `${victim} ${"point" in moment ? `at ${moment.point}${moment.skip ? ` #${moment.skip + 1}` : ""}` : `after ${moment.afterMs} ms`}`);
  return `round ${number}: ${stories.length} stories, kill ${told.join(" and ")}`;
}
