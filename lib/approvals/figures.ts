import { and, eq, lte, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { approval } from "@/db/schema/action";
import { approvalDecision } from "@/db/schema/approval-decision";
import { approvalLook } from "@/db/schema/approval-look";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { isRubberStamp } from "./rubber-stamp";

const atMost = 200;

/** How one person, or those of one workspace, decided within 30 days. `medianSeconds`: from the first look to the decision; null where nothing was opened by itself. */
export type DecisionFigures = { id: string; name: string; decisions: number; approved: number; opened: number; medianSeconds: number | null; isRubberStamp: boolean };

/** Figures against fatigue: how fast and how often people say yes, by person and by workspace, where the caller may see requests. */
export async function decisionFigures(ctx: PersonCtx): Promise<{ people: DecisionFigures[]; teams: DecisionFigures[] }> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const visible = whereAllowed(tx, ctx, "approvals", "view", { workspaceId: approval.workspaceId, agentId: approval.agentId });
    const people = await figures(tx, visible, { id: approvalDecision.personId, name: person.name });
    const decided = await figures(tx, visible, { id: approval.workspaceId, name: workspace.name });
    const teams = await tx
      .select({ id: workspace.id, name: workspace.name })
      .from(workspace)
      .where(whereAllowed(tx, ctx, "approvals", "view", { workspaceId: workspace.id }))
      .orderBy(workspace.name)
      .limit(atMost);
    const none = { decisions: 0, approved: 0, opened: 0, medianSeconds: null, isRubberStamp: false };
    return { people, teams: teams.map((team) => decided.find(({ id }) => id === team.id) ?? { ...team, ...none }) };
  });
}

async function figures(tx: Tx, visible: SQL, by: { id: PgColumn; name: PgColumn }): Promise<DecisionFigures[]> {
  const seconds = sql`extract(epoch from ${approvalDecision.createdAt} - ${approvalLook.openedAt})`;
  const rows = await tx
    .select({
      id: sql<string>`${by.id}`,
      name: sql<string>`${by.name}`,
      decisions: sql<number>`count(*)::int`,
      approved: sql<number>`(count(*) filter (where ${approvalDecision.decision} = 'approved'))::int`,
      opened: sql<number>`count(${approvalLook.openedAt})::int`,
      medianSeconds: sql<number | null>`(percentile_cont(0.5) within group (order by ${seconds}))::float8`,
    })
    .from(approvalDecision)
    .innerJoin(approval, eq(approval.id, approvalDecision.approvalId))
    .innerJoin(person, eq(person.id, approvalDecision.personId))
    .innerJoin(workspace, eq(workspace.id, approval.workspaceId))
    .leftJoin(
      approvalLook,
      and(eq(approvalLook.approvalId, approvalDecision.approvalId), eq(approvalLook.personId, approvalDecision.personId), lte(approvalLook.openedAt, approvalDecision.createdAt)),
    )
    .where(and(visible, sql`${approvalDecision.createdAt} > now() - interval '30 days'`))
    .groupBy(by.id, by.name)
    .orderBy(sql`count(*) desc`, by.name)
    .limit(atMost);
  return rows.map((row) => ({ ...row, isRubberStamp: isRubberStamp(row) }));
}
