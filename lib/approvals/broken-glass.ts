import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";
import { approvalName, type ApprovalRow } from "./row";

/** Every admin of the organization is told at once that somebody decided alone what more people are asked for. */
export async function tellOfBrokenGlass(tx: Tx, ctx: PersonCtx, row: ApprovalRow, reason: string): Promise<void> {
  const admins = await peopleWith(tx, "settings", "update", null);
  await notify(tx, ctx.organizationId, {
    personIds: admins.map(({ id }) => id),
    dedupeKey: `glass:${row.id}:${ctx.actor.id}`,
    title: `${ctx.actor.name} broke the glass: decided alone on a request of risk ${row.risk}`,
    body: `The reason given: ${reason}`,
    href: `/approvals/${row.id}`,
  });
}

export function brokenGlassEntry(row: ApprovalRow, reason: string): AuditEntry {
  return {
    action: "approvals.glass_broken",
    resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
    details: { kind: row.kind, risk: row.risk, stage: row.stage, reason, digest: row.digest.toString("hex"), agentId: row.agentId, actionId: row.actionId },
    approval: { id: row.id, required: true, policyVersion: row.policyVersion },
  };
}
