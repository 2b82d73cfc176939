import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { unfilled } from "@/lib/approval-policies/fill";
import { approvalName, type ApprovalRow, selectApproval } from "./row";
import { type Candidate, candidatesAt } from "./candidates";
import { ownObstacle } from "./rules";
import { countFor, mayBreakGlass, stagesOf } from "./seats";

/** Requests that differ in nothing that says who decides them are looked at once; so many kinds of them, the oldest first. */
const mostGroups = 50;

/** Requests that wait and that the people who are here could not bring to an end any more, by what they are about. */
export type Stranded = { id: string; name: string; count: number };

/** @param workspaceIds only requests of these; null: of everywhere. */
export async function strandedRequests(tx: Tx, workspaceIds: readonly string[] | null): Promise<Stranded[]> {
  const decided = sql`(case when exists (select 1 from approval_decision d where d.approval_id = ${approval.id}) then ${approval.id} end)`;
  const groups = await tx
    .select({ id: sql<string>`(array_agg(${approval.id} order by ${approval.createdAt}, ${approval.id}))[1]`, count: sql<number>`count(*)::int` })
    .from(approval)
    .where(and(eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`), workspaceIds ? inArray(approval.workspaceId, [...workspaceIds]) : undefined))
    .groupBy(
      approval.workspaceId, approval.agentId, approval.requesterPersonId, approval.keyMakerId, approval.kind, sql`(${approval.risk} = 'CRITICAL')`,
      approval.plan, approval.stage, approval.escalated, decided,
    )
    .orderBy(asc(sql`min(${approval.createdAt})`))
    .limit(mostGroups);
  const known = new Map<string | null, Candidate[]>();
  const found: Stranded[] = [];
  for (const { id, count } of groups) {
    const row = await selectApproval(tx, id);
    if (!row) continue;
    if (!known.has(row.workspaceId)) known.set(row.workspaceId, await candidatesAt(tx, row.workspaceId));
    if (!canStillEnd(row, known.get(row.workspaceId) ?? [])) found.push({ id, count, name: approvalName(row) });
  }
  return found;
}

/** Whether these people could say all the yeses that are missing, or one of them may end the stage alone. */
function canStillEnd(row: ApprovalRow, candidates: readonly Candidate[]): boolean {
  const free = candidates.filter(({ id }) => !ownObstacle(id, row) && !row.usedAccounts.includes(id));
  if (free.some((one) => mayBreakGlass(one, row))) return true;
  const made = row.decisions.filter(({ stage }) => stage === row.stage).map((one) => ({ ...one, by: { id: one.behalfId ?? one.personId, name: "", roles: one.roles } }));
  const left = stagesOf(row.plan).slice(row.stage).map((stage, at) =>
    at > 0 ? stage : { ...stage, anyOf: stage.anyOf.map((way) => ({ ...way, count: Math.max(0, way.count - countFor(way.people, row, made)) })) },
  );
  return unfilled(left, free, row) === null;
}
