import { and, eq, getTableColumns, inArray } from "drizzle-orm";
import type { approval } from "@/db/schema/action";
import { lease } from "@/db/schema/lease";
import { spawnRequest } from "@/db/schema/spawn";
import { standingApproval, standingUse } from "@/db/schema/standing";
import { auditEvent } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import type { AuditAction } from "@/lib/audit/actions";
import { type Section, searchedEvents } from "@/lib/audit/filter";
import { readBody } from "./event-body";

export type Found = typeof auditEvent.$inferSelect;
type Approval = typeof approval.$inferSelect;

/** Events of uses beyond these are counted, and left to a complete export. */
const mostUses = 1_200;
const mostOthers = 300;
/** The stream's times are those of the server that wrote; clocks of two may differ a little. */
const clockSlackMs = 10 * 60_000;

const whole: Section = { olderThan: null, newerThan: null, oldestFirst: true, limit: mostOthers };
const columns = getTableColumns(auditEvent);

type Wanted = { actions?: readonly AuditAction[]; resources?: readonly string[]; request?: string; from?: string; limit?: number };

async function search(tx: Tx, { actions, resources, request, from, limit }: Wanted): Promise<Found[]> {
  const filter = { ...(actions ? { action: [...actions] } : {}), ...(request ? { request } : {}), ...(from ? { from } : {}) };
  return tx.select(columns).from(searchedEvents(filter, null, { ...whole, ...(limit ? { limit } : {}), ...(resources ? { resources } : {}) })).orderBy(auditEvent.seq);
}

/** Every event of a request: its own, its action's and its run's, what a yes to it did, and what was done by that until now. */
export async function readEvents(tx: Tx, asked: Approval, runId: string | null): Promise<{ events: Found[]; leftOut: number }> {
  const from = new Date(asked.createdAt.getTime() - clockSlackMs).toISOString();
  const resources = [asked.id, asked.actionId, runId].filter((id) => id !== null);
  const own = await search(tx, { resources, from });
  const [ofLease, ofStandings] = [await leaseEvents(tx, asked, from), await standingEvents(tx, asked, from)];
  const uses = [...ofLease, ...ofStandings.events];
  const effects = await effectEvents(tx, asked, own, from);
  const kept = uses.slice(0, mostUses);
  return { events: inOrder([...own, ...effects, ...kept]), leftOut: uses.length - kept.length + ofStandings.leftOut };
}

/** In the stream's order, each once. */
export function inOrder(events: readonly Found[]): Found[] {
  return [...new Map(events.map((event) => [event.seq, event])).values()].sort((one, other) => one.seq - other.seq);
}

/** The events with which the keys that signed were added to their persons' accounts. */
export async function keysAdded(tx: Tx, proofs: readonly { factor: string | null; person: string }[]): Promise<Found[]> {
  const persons = new Set(proofs.flatMap(({ factor, person }) => (factor ? [person] : [])));
  if (persons.size === 0) return [];
  const found = await search(tx, { actions: ["people.factor_added"], resources: [...persons] });
  return found.filter(({ body }) => proofs.some(({ factor }) => factor !== null && readBody(body)?.details.factor === factor));
}

/** The events with which these versions of documents were published. */
export async function publications(tx: Tx, versions: readonly { kind: string; scopeId: string; version: number }[]): Promise<Found[]> {
  if (versions.length === 0) return [];
  const found = await search(tx, { actions: ["policies.published", "policies.updated", "agents.created"], resources: [...new Set(versions.map(({ scopeId }) => scopeId))], limit: 2_000 });
  return found.filter(({ body }) => {
    const read = readBody(body);
    const { kind = "agent", version = 1 } = read?.details ?? {};
    return versions.some((one) => one.scopeId === read?.resource.id && one.version === version && (one.kind === kind || (one.kind === "agent" && read.action !== "policies.published")));
  });
}

async function effectEvents(tx: Tx, asked: Approval, own: readonly Found[], from: string): Promise<Found[]> {
  if (asked.kind === "spawn") {
    const [made] = await tx.select({ childId: spawnRequest.childId }).from(spawnRequest).where(eq(spawnRequest.approvalId, asked.id));
    return made?.childId ? search(tx, { actions: ["agents.created", "agents.status_changed"], resources: [made.childId], from }) : [];
  }
  const decided = own.map(({ body }) => readBody(body)).findLast((body) => body?.action === "approvals.decided");
  if (asked.kind !== "budget" || !asked.budgetRequest || !decided) return [];
  return search(tx, { actions: ["budgets.raised"], resources: [asked.budgetRequest.budgetId], request: decided.requestId, from });
}

/** A lease that the request was for: its issue, its uses, and its end. */
async function leaseEvents(tx: Tx, asked: Approval, from: string): Promise<Found[]> {
  if (asked.kind !== "access") return [];
  const [issued] = await tx.select({ id: lease.id }).from(lease).where(eq(lease.approvalId, asked.id));
  return issued ? search(tx, { actions: ["leases.issued", "leases.used", "leases.revoked"], resources: [issued.id], from, limit: mostUses + 1 }) : [];
}

/** Standing approvals that were granted from the request, and the decisions that passed by them. */
async function standingEvents(tx: Tx, asked: Approval, from: string): Promise<{ events: Found[]; leftOut: number }> {
  const granted = await tx.select({ id: standingApproval.id }).from(standingApproval).where(eq(standingApproval.approvalId, asked.id));
  if (granted.length === 0) return { events: [], leftOut: 0 };
  const ids = granted.map(({ id }) => id);
  const about = await search(tx, { actions: ["standing.granted", "standing.revoked"], resources: ids, from });
  const uses = await tx.select({ actionId: standingUse.actionId }).from(standingUse).where(and(inArray(standingUse.standingId, ids))).orderBy(standingUse.createdAt);
  const kept = uses.slice(0, mostUses - about.length).map(({ actionId }) => actionId);
  const passed = kept.length > 0 ? await search(tx, { actions: ["actions.decided"], resources: kept, from, limit: mostUses }) : [];
  return { events: [...about, ...passed], leftOut: uses.length - kept.length };
}
