import { setTimeout as sleep } from "node:timers/promises";
import type { Company } from "./company";
import type { FaultPoint, Hit } from "./controller";
import { type PartName, partNames } from "./installation";
import type { StoryName } from "./stories";

/** A step of the main job: the point, the part that stands at it, and a story that comes by. */
type Step = { part: PartName; story: StoryName; without?: PartName };

/** Every step of the main story. A point without a line here does not compile, and one that is never passed fails. */
const steps: Record<StepPoint, Step> = {
  "change.written:sessions.signed_in": { part: "portal", story: "arrives" },
  "change.committed:sessions.signed_in": { part: "portal", story: "arrives" },
  "decision.written": { part: "portal", story: "grant" },
  "decision.committed": { part: "portal", story: "grant" },
  "change.written:actions.grant_used": { part: "portal", story: "grant" },
  "change.committed:actions.grant_used": { part: "portal", story: "grant" },
  "change.written:actions.completed": { part: "portal", story: "grant" },
  "change.committed:actions.completed": { part: "portal", story: "grant" },
  "change.written:actions.cancelled": { part: "portal", story: "cancelled" },
  "change.committed:actions.cancelled": { part: "portal", story: "cancelled" },
  "change.written:approvals.decided": { part: "portal", story: "approvedRun" },
  "change.committed:approvals.decided": { part: "portal", story: "rejected" },
  "change.written:approvals.expired": { part: "portal", story: "undecided" },
  "change.committed:approvals.expired": { part: "portal", story: "undecided" },
  "change.written:reservations.expired": { part: "portal", story: "forgotten" },
  "change.committed:reservations.expired": { part: "portal", story: "unreported" },
  "outbox.read": { part: "portal", story: "run" },
  "outbox.sent": { part: "portal", story: "run" },
  "engine.event-stored": { part: "engine", story: "run" },
  "engine.calling": { part: "engine", story: "run" },
  "engine.called": { part: "engine", story: "run" },
  "engine.stored": { part: "engine", story: "run" },
  "change.written:runs.waiting": { part: "portal", story: "run", without: "runner" },
  "change.committed:runs.waiting": { part: "portal", story: "run", without: "runner" },
  "dispatch.sending": { part: "portal", story: "run" },
  "runner.accepted": { part: "runner", story: "run" },
  "dispatch.taken": { part: "portal", story: "run" },
  "change.written:runs.dispatched": { part: "portal", story: "run" },
  "change.committed:runs.dispatched": { part: "portal", story: "run" },
  "runner.starting": { part: "runner", story: "run" },
  "runner.started": { part: "runner", story: "run" },
  "runner.printing": { part: "runner", story: "run" },
  "output.written": { part: "portal", story: "run" },
  "output.committed": { part: "portal", story: "run" },
  "runner.ended": { part: "runner", story: "run" },
  "runner.finished": { part: "runner", story: "run" },
  "runner.telling": { part: "runner", story: "run" },
  "change.written:runs.finished": { part: "portal", story: "run" },
  "change.committed:runs.finished": { part: "portal", story: "approvedRun" },
  "runner.told": { part: "runner", story: "run" },
  "runner.closed": { part: "runner", story: "run" },
  "change.written:runs.file_read": { part: "portal", story: "run" },
  "change.committed:runs.file_read": { part: "portal", story: "run" },
  "mail.handed": { part: "portal", story: "threshold" },
  "checkpoint.written": { part: "portal", story: "signed" },
  "change.written:audit.export_started": { part: "portal", story: "exported" },
  "change.committed:audit.export_started": { part: "portal", story: "exported" },
  "change.written:audit.exported": { part: "portal", story: "exported" },
  "change.committed:audit.exported": { part: "portal", story: "exported" },
};

/** What the main job changes, of all that can be changed. */
type Changed =
  | "sessions.signed_in"
  | `actions.${"grant_used" | "completed" | "cancelled"}`
  | `approvals.${"decided" | "expired"}`
  | "reservations.expired"
  | `runs.${"waiting" | "dispatched" | "finished" | "file_read"}`
  | `audit.${"export_started" | "exported"}`;

type StepPoint = Exclude<FaultPoint, `change.${string}`> | Extract<FaultPoint, `change.${"written" | "committed"}:${Changed}`>;

const points = Object.keys(steps) as StepPoint[];

/** One kill of a part, with a process held at each of these points when it comes. */
export type StepKill = { victim: PartName; points: readonly StepPoint[] };

/** Every part killed at every step, one at a time. */
export function allKills(): StepKill[] {
  return points.flatMap((point) => partNames.map((victim) => ({ victim, points: [point] })));
}

const MOST_AT_ONCE = 4;

/** Where the database has something in hand of its own, of each kind of writer. */
const inHand: readonly StepPoint[] = [
  "decision.written", "change.written:approvals.decided", "change.written:actions.completed", "output.written", "change.written:runs.finished",
  "checkpoint.written", "outbox.read", "outbox.sent", "engine.event-stored", "engine.calling", "engine.called", "engine.stored",
];

/** At every step the part that stands there, and the database where it has something in hand; several steps by one kill. */
export function someKills(): StepKill[] {
  return partNames.flatMap((victim) => {
    const at = victim === "database" ? inHand : points.filter((point) => steps[point].part === victim);
    const [usual, special] = [at.filter((point) => !steps[point].without), at.filter((point) => steps[point].without)];
    return [...grouped(usual), ...grouped(special)].map((group) => ({ victim, points: group }));
  });
}

/** Each group ends with the one that, held there, keeps the others from going on: before a commit, the audit's end is locked. */
function grouped(list: readonly StepPoint[]): StepPoint[][] {
  const isLast = (point: StepPoint) => point.includes("written") || point === "decision.committed";
  const last = list.filter(isLast);
  const groups = Array.from({ length: Math.max(last.length, Math.ceil(list.length / MOST_AT_ONCE)) }, (): StepPoint[] => []);
  for (const [at, point] of list.filter((each) => !isLast(each)).entries()) groups[at % groups.length]?.push(point);
  for (const [at, point] of last.entries()) groups[at]?.push(point);
  return groups;
}

/** A story is played again until it comes by; its way there may have been shortened by the kill before. */
const MOST_PLAYS = 5;
/** How long one that may be held up by those that are held already is waited for, before it gets a kill of its own. */
const HELD_UP_MS = 20_000;

export type StepPlayed = {
  /** What went wrong in the stories, once they are over. */
  stories: Promise<string[]>;
  /** What was not reached beside the others. */
  left: StepPoint[];
  never: StepPoint[];
};

/** Plays stories up to the steps and kills there. The stories go on by themselves, beside the next kill's. */
export async function playStep(company: Company, { points: wanted, victim }: StepKill): Promise<StepPlayed> {
  const { installation } = company;
  const dead = wanted.flatMap((point) => steps[point].without ?? []);
  for (const part of new Set(dead)) await installation.kill(part);
  const stories: Promise<string[]>[] = [];
  const hits: Hit[] = [];
  const left: StepPoint[] = [];
  for (const point of wanted) {
    const hit = await reach(company, point, stories, wanted.length > 1);
    if (hit) hits.push(hit);
    else left.push(point);
  }
  if (hits.length > 0 && !dead.includes(victim)) await installation.kill(victim);
  for (const hit of hits) hit.go();
  await Promise.all([...new Set([...(hits.length > 0 ? [victim] : []), ...dead])].map((part) => installation.revive(part)));
  return { stories: Promise.all(stories).then((wrong) => wrong.flat()), ...(wanted.length > 1 ? { left, never: [] } : { left: [], never: left }) };
}

async function reach(company: Company, point: StepPoint, stories: Promise<string[]>[], besideOthers: boolean): Promise<Hit | null> {
  const { story } = steps[point];
  const trap = company.installation.controller.trap(point);
  const enough = new AbortController();
  const heldUp = besideOthers ? sleep(HELD_UP_MS, null, { signal: enough.signal }).catch(() => null) : new Promise<null>(() => {});
  let hit: Hit | null = null;
  for (let plays = 0; hit === null && plays < (besideOthers ? 1 : MOST_PLAYS); plays++) {
    const play = company.play(story).then(() => [], (error: unknown) => [`the story '${story}' broke off: ${error instanceof Error ? error.message : String(error)}`]);
    stories.push(play);
    hit = await Promise.race([trap.caught, play.then(() => null), heldUp]);
  }
  enough.abort();
  if (!hit) trap.remove();
  return hit;
}
