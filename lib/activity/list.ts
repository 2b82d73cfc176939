import { eq } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { auditEvent } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { authorize, may, type Target } from "@/lib/ability/authorize";
import { allowedWorkspaces } from "@/lib/ability/where";
import { type AuditBody, parseBody } from "@/lib/audit/file/body";
import { type AuditFilter, type Section, searchedEvents } from "@/lib/audit/filter";
import { boundSearch, refuseSlow } from "@/lib/audit/slow-search";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { loadCurrency } from "@/lib/workspaces/load";
import { linkOf, type StoryLink } from "./link";
import type { Sentence } from "./say";
import { type StoryPart, storyParts } from "./parts";
import { begunByAgent, concerns, doneToAgent, readableActions, type StoryAction, threadsOf, whatFollows } from "./story-events";
import { toneOf, type Tone } from "./tone";
import { wordsOf } from "./words";

export const ListActivityInput = z.strictObject({
  agentId: z.uuid(),
  /** Only what began before this position of the audit stream. */
  before: z.int().positive().nullish(),
  /** One part of the story; without it all of it. */
  part: z.enum(storyParts).nullish(),
  /** Only what began on these days (UTC), both included. */
  from: z.iso.date().nullish(),
  to: z.iso.date().nullish(),
  size: z.int().min(1).max(50).default(25),
});
export type ListActivityInput = z.input<typeof ListActivityInput>;

/** One thing that happened, with where the audit stream has it. */
export type StoryStep = { seq: number; at: Date; words: Sentence; tone: Tone; link: StoryLink | null };

/** What the agent began, or what was done to it, and what became of it, in order. */
export type Story = { id: string; at: Date; steps: StoryStep[] };

export type Activity = { stories: Story[]; currency: string; older: number | null; mayViewAudit: boolean };

type Event = { seq: number; body: AuditBody };

/** At most so many events that followed are told on a page. */
const mostFollowing = 800;

/**
 * The story of an agent, newest first: its audit events, those of one action together. With `audit.view` all of them; without
 * it, those that the agent's other pages tell the caller as well. @throws AppError `not_found`, `unavailable`.
 */
export async function listActivity(ctx: PersonCtx, input: ListActivityInput): Promise<Activity> {
  const { agentId, before, size, part, from, to } = ListActivityInput.parse(input);
  return read(ctx, async (tx) => {
    const [found] = await tx.select({ workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, agentId));
    if (!found) throw notFound("agent");
    const target = { workspaceId: found.workspaceId, agentId };
    authorize(tx, ctx, "actions", "view", target);
    const everywhere = (await allowedWorkspaces(tx, ctx, "actions", "view")) === null;
    const look: Look = { ctx, target, workspaces: everywhere ? null : [found.workspaceId] };
    await boundSearch(tx);
    const wanted = { before: before ?? null, part: part ?? null, days: { ...(from ? { from } : {}), ...(to ? { to } : {}) } };
    const { begun, older } = await loadBeginnings(tx, look, agentId, wanted, size);
    const following = await loadFollowing(tx, look, begun, agentId);
    return {
      stories: begun.map((event) => storyOf(event, following.get(event.seq) ?? [], look)),
      currency: await loadCurrency(tx),
      older,
      mayViewAudit: may(ctx, "audit", "view", target),
    };
  });
}

type Look = { ctx: PersonCtx; target: Target & { agentId: string }; workspaces: string[] | null };

type Wanted = { before: number | null; part: StoryPart | null; days: Pick<AuditFilter, "from" | "to"> };

/** What the agent began and what was done to it, as one list. */
async function loadBeginnings(tx: Tx, look: Look, agentId: string, { before, part, days }: Wanted, size: number): Promise<{ begun: Event[]; older: number | null }> {
  const section = { olderThan: before, newerThan: null, oldestFirst: false, limit: size + 1 };
  const refused: AuditFilter = part === "refused" ? { outcome: ["blocked", "failure"] } : {};
  const own = part === "changes" ? [] : await find(tx, look, begunByAgent, { ...days, ...refused, actor: [agentId] }, section);
  // Any event that has the agent's id in it; which ones are about it is seen when they are read.
  const done = part === "asked" || part === "refused" ? [] : await find(tx, look, doneToAgent, { ...days, q: `"${agentId}"` }, section);
  const all = new Map([...own, ...done].map((event) => [event.seq, event]));
  const newest = [...all.values()].toSorted((a, b) => b.seq - a.seq);
  const page = newest.slice(0, size);
  return { begun: page.filter(({ body }) => concerns(body, agentId)), older: newest.length > size ? (page.at(-1)?.seq ?? null) : null };
}

/** What followed of each, by the position of what began it. */
async function loadFollowing(tx: Tx, look: Look, begun: readonly Event[], agentId: string): Promise<Map<number, Event[]>> {
  const asked = begun.filter(({ body }) => body.action === "actions.decided" || body.action === "approvals.requested");
  const first = asked.at(-1);
  if (!first) return new Map();
  const owners = new Map(asked.flatMap(({ seq, body }) => threadsOf(body).map((id) => [id, seq])));
  const section = { olderThan: null, newerThan: first.seq, oldestFirst: true, limit: mostFollowing };
  const after = await find(tx, look, whatFollows.filter((action) => action !== "leases.used"), {}, { ...section, resources: [...owners.keys()] });
  const leases = [...new Set(asked.flatMap(({ body }) => (typeof body.details.leaseId === "string" ? [body.details.leaseId] : [])))];
  const uses = leases.length > 0 ? await find(tx, look, ["leases.used"], { actor: [agentId] }, { ...section, resources: leases }) : [];
  const following = new Map<number, Event[]>();
  for (const event of [...after, ...uses].toSorted((a, b) => a.seq - b.seq)) {
    const owner = threadsOf(event.body).flatMap((id) => owners.get(id) ?? [])[0];
    if (owner !== undefined) following.set(owner, [...(following.get(owner) ?? []), event]);
  }
  return following;
}

async function find(tx: Tx, { ctx, target, workspaces }: Look, actions: readonly StoryAction[], filter: AuditFilter, section: Section): Promise<Event[]> {
  const action = readableActions(ctx, actions, target);
  if (action.length === 0) return [];
  const found = searchedEvents({ ...filter, action }, workspaces, section);
  const rows = await tx.select({ seq: auditEvent.seq, body: auditEvent.body }).from(found).catch(refuseSlow);
  return rows.flatMap(({ seq, body }) => {
    const parsed = parseBody(body);
    return parsed ? [{ seq, body: parsed }] : [];
  });
}

const stillAsking: readonly string[] = ["approvals.escalated", "approvals.narrowed", "approvals.narrowing_declined", "approvals.narrowing_withdrawn", "runs.created", "runs.waiting"] satisfies StoryAction[];

function storyOf(begun: Event, following: readonly Event[], { ctx, target }: Look): Story {
  const at = new Date(begun.body.time);
  const seesDecisions = readableActions(ctx, ["approvals.decided"], target).length > 0;
  const waits = seesDecisions && following.every(({ body }) => stillAsking.includes(body.action) || body.details.leadsTo === "pending");
  const told = { agentId: target.agentId, askedAt: at, waits };
  const steps = [begun, ...following].flatMap(({ seq, body }) => {
    const words = wordsOf(body, told);
    return words ? [{ seq, at: new Date(body.time), words, tone: toneOf(body), link: linkOf(ctx, body, target) }] : [];
  });
  return { id: String(begun.seq), at, steps };
}
