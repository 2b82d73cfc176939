import { desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { organization } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { standingApproval, standingUse } from "@/db/schema/standing";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import { maskJson } from "@/lib/approvals/mask";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { keysetPage, type Page } from "@/lib/keyset";
import { read } from "@/lib/transact";

export const ListStandingsInput = z.strictObject({ after: z.string().max(1_000).nullish(), before: z.string().max(1_000).nullish(), size: z.int().min(1).max(100).optional() });
export type ListStandingsInput = z.infer<typeof ListStandingsInput>;

export const LoadStandingInput = z.strictObject({ id: z.uuid() });
export type LoadStandingInput = z.infer<typeof LoadStandingInput>;

export type ListedStanding = Awaited<ReturnType<typeof select>>[number];

const lastUses = 50;

/** Standing approvals that the caller may see, the newest first, also those that have ended. */
export async function listStandings(ctx: PersonCtx, input: ListStandingsInput): Promise<Page<ListedStanding>> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const visible = whereAllowed(tx, ctx, "approvals", "view", { workspaceId: standingApproval.workspaceId, agentId: standingApproval.agentId });
    return keysetPage(
      { column: standingApproval.createdAt, id: standingApproval.id, direction: "desc" },
      input,
      ({ where, orderBy, limit }) => select(tx).where(sql`${visible} and ${where ?? sql`true`}`).orderBy(...orderBy).limit(limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
  });
}

/** One standing approval with its last 50 uses. @throws AppError `not_found`. */
export async function loadStanding(ctx: PersonCtx, input: LoadStandingInput) {
  return read(ctx, async (tx) => {
    const [row] = await select(tx).where(eq(standingApproval.id, input.id));
    if (!row) {
      authorizeAnywhere(tx, ctx, "approvals", "view");
      throw notFound("standing approval");
    }
    authorize(tx, ctx, "approvals", "view", { workspaceId: row.workspaceId, agentId: row.agentId });
    const [scope] = await tx.select({ arguments: standingApproval.arguments }).from(standingApproval).where(eq(standingApproval.id, row.id));
    const uses = await tx
      .select({ id: standingUse.id, actionId: standingUse.actionId, costMicros: standingUse.costMicros, createdAt: standingUse.createdAt, status: action.status, resource: action.resource })
      .from(standingUse)
      .leftJoin(action, eq(action.id, standingUse.actionId))
      .where(eq(standingUse.standingId, row.id))
      .orderBy(desc(standingUse.createdAt), desc(standingUse.id))
      .limit(lastUses);
    return { ...row, arguments: shownArguments(scope?.arguments ?? {}), uses };
  });
}

/** What each argument must be, with what looks like a secret masked by its name. */
function shownArguments(patterns: (typeof standingApproval.$inferSelect)["arguments"]): { name: string; is: string; exact: boolean }[] {
  return Object.entries(patterns).map(([name, pattern]) => {
    if ("glob" in pattern) return { name, is: pattern.glob, exact: false };
    const masked: unknown = maskJson(JSON.parse(pattern.equals), name).value;
    return { name, is: (typeof masked === "string" ? masked : JSON.stringify(masked)).slice(0, 500), exact: true };
  });
}

const state = sql<"in force" | "revoked" | "over" | "used up" | "ended by a change of policy">`case
  when ${standingApproval.revokedAt} is not null then 'revoked'
  when ${standingApproval.validUntil} <= now() then 'over'
  when ${standingApproval.usesTaken} >= ${standingApproval.usesMost} then 'used up'
  when ${agent.policyVersion} is distinct from ${standingApproval.policyVersion} then 'ended by a change of policy'
  else 'in force' end`;

function select(tx: Tx) {
  return tx
    .select({
      id: standingApproval.id,
      workspaceId: standingApproval.workspaceId,
      agentId: standingApproval.agentId,
      agentName: agent.name,
      approvalId: standingApproval.approvalId,
      grantedByName: person.name,
      reason: standingApproval.reason,
      tool: standingApproval.tool,
      operation: standingApproval.operation,
      resource: standingApproval.resource,
      riskAtMost: standingApproval.riskAtMost,
      state,
      usesTaken: standingApproval.usesTaken,
      usesMost: standingApproval.usesMost,
      costTakenMicros: standingApproval.costTakenMicros,
      costEachMicros: standingApproval.costEachMicros,
      costTotalMicros: standingApproval.costTotalMicros,
      validFrom: standingApproval.validFrom,
      validUntil: standingApproval.validUntil,
      revokedAt: standingApproval.revokedAt,
      revokeReason: standingApproval.revokeReason,
      createdAt: standingApproval.createdAt,
      currency: organization.currency,
    })
    .from(standingApproval)
    .innerJoin(agent, eq(agent.id, standingApproval.agentId))
    .innerJoin(person, eq(person.id, standingApproval.grantedBy))
    .innerJoin(organization, eq(organization.id, standingApproval.organizationId))
    .$dynamic();
}
