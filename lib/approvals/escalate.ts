import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { escalationTimes } from "@/lib/approval-policies/plan";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { publish } from "@/lib/live/publish";
import { tellByMailToo } from "@/lib/notices/tell";
import { read, transact } from "@/lib/transact";
import { lockAction } from "./end-action";
import { approvalName, type ApprovalRow, selectApproval } from "./row";
import { currentStage } from "./seats";
import { whomToTell } from "./whom-to-tell";

const atMost = 500;

/**
 * Asks further people where nobody decided for as long as the policy says, and tells them: the longest overdue 500 of an
 * organization. Gives how many; what is not done now is due still the next time.
 */
export async function escalateApprovals(ctx: Ctx): Promise<number> {
  const due = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "approvals", "decide");
    return tx.select({ id: approval.id }).from(approval).where(isDue).orderBy(asc(approval.escalatesAt), asc(approval.id)).limit(atMost);
  });
  let escalated = 0;
  for (const { id } of due) if (await escalateOne(ctx, id)) escalated += 1;
  return escalated;
}

const isDue = and(eq(approval.status, "pending"), lte(approval.escalatesAt, sql`now()`), gt(approval.expiresAt, sql`now()`));

async function escalateOne(ctx: Ctx, id: string): Promise<boolean> {
  return transact<boolean>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "approvals", "decide");
    const row = await selectApproval(tx, id);
    await lockAction(tx, row?.actionId ?? null);
    if (!row?.escalatesAt) return { value: false, audit: noAudit("nothing is due") };
    const age = (at: Date) => Math.round((at.getTime() - row.createdAt.getTime()) / 1000);
    const reached = age(row.escalatesAt);
    const next = escalationTimes(row.plan).find((seconds) => seconds > reached);
    const escalatesAt = next === undefined ? null : new Date(row.createdAt.getTime() + next * 1000);
    const [moved] = await tx
      .update(approval)
      .set({ escalated: reached, escalatesAt })
      .where(and(eq(approval.id, id), isDue, eq(approval.escalated, row.escalated)))
      .returning({ id: approval.id });
    // As it stands now that it is locked: somebody may have decided, or ended a stage, meanwhile.
    const now = moved ? await selectApproval(tx, id) : null;
    if (!now) return { value: false, audit: noAudit("it was decided or escalated meanwhile") };
    const { told, send } = await tellFurther(tx, ctx, now, row.escalated);
    publish(tx, ctx.organizationId, "approvals");
    return { value: true, audit: entry(now, told), send };
  });
}

/** Those who are asked from now on, or who stands in for them. */
async function tellFurther(tx: Tx, ctx: Ctx, row: ApprovalRow, before: number) {
  const further = currentStage(row).escalations.filter(({ afterSeconds }) => afterSeconds > before && afterSeconds <= row.escalated).flatMap(({ people }) => people);
  return tellByMailToo(tx, ctx.organizationId, {
    personIds: (await whomToTell(tx, row, further)).map(({ id }) => id),
    dedupeKey: `escalated:${row.id}:${row.escalated}`,
    title: `Nobody decided in ${Math.round(row.escalated / 60)} minutes: a request of risk ${row.risk} waits for you too`,
    body: row.why,
    href: `/approvals/${row.id}`,
  });
}

function entry(row: ApprovalRow, told: readonly string[]): AuditEntry {
  return {
    action: "approvals.escalated",
    resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
    details: { kind: row.kind, risk: row.risk, stage: row.stage, afterSeconds: row.escalated, told: [...told], actionId: row.actionId },
    approval: { id: row.id, required: true, policyVersion: row.policyVersion },
  };
}
