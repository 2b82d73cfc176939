import { and, eq, gt, inArray, isNull, lte, notExists, or, sql } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { isRole, permissionsOf, roles, type Permission } from "@/lib/ability/permissions";
import { approvalName } from "@/lib/approvals/row";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { publish } from "@/lib/live/publish";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";

const mostRequests = 200;
const holding = (permission: Permission) => roles.filter((role) => permissionsOf(role).includes(permission));

/** Withdraws what the person themselves asked for and nobody decided yet: more money, since who left needs none. */
export async function withdrawOwnRequests(tx: Tx, ctx: Ctx, personId: string): Promise<{ names: string[]; audit: AuditEntry[]; send: JobEvent[] }> {
  const rows = await tx
    .update(approval)
    .set({ status: "cancelled" })
    .where(and(eq(approval.requesterPersonId, personId), isNull(approval.agentId), isNull(approval.actionId), eq(approval.status, "pending")))
    .returning({ id: approval.id, kind: approval.kind, workspaceId: approval.workspaceId });
  if (rows.length > 0) publish(tx, ctx.organizationId, "approvals");
  const named = rows.map((row) => ({ ...row, name: approvalName({ kind: row.kind, tool: null, operation: null }) }));
  return {
    names: named.map(({ name }) => name),
    audit: named.map(({ id, name, workspaceId }): AuditEntry => ({ action: "approvals.cancelled", resource: { type: "approval", id, name, workspaceId }, details: { because: "the person who asked left" } })),
    send: named.map(({ id }): JobEvent => ({ name: "approval/decided", data: { organizationId: ctx.organizationId, approvalId: id } })),
  };
}

/**
 * Requests that waited for this person alone: they might have decided them, and now nobody may. Whoever can give somebody
 * the right to is told. Ask after the person's roles have ended.
 */
export async function tellOfStranded(tx: Tx, ctx: Ctx, left: { id: string; name: string; grants: readonly { role: string; workspaceId: string | null }[] }): Promise<string[]> {
  const deciding = left.grants.filter(({ role }) => isRole(role) && (permissionsOf(role).includes("approvals.decide") || permissionsOf(role).includes("budgets.override")));
  if (deciding.length === 0) return [];
  const places = deciding.flatMap(({ workspaceId }) => (workspaceId ? [workspaceId] : []));
  const reach = places.length < deciding.length ? undefined : inArray(approval.workspaceId, places);
  const rows = await tx
    .select({ id: approval.id, kind: approval.kind, tool: action.tool, operation: action.operation })
    .from(approval)
    .leftJoin(action, eq(action.id, approval.actionId))
    .where(and(eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`), sql`${approval.requesterPersonId} is distinct from ${left.id}`, reach, notExists(decidersOf(tx))))
    .limit(mostRequests);
  if (rows.length === 0) return [];
  const admins = await peopleWith(tx, "users", "update_role", null);
  await notify(tx, ctx.organizationId, {
    personIds: admins.map(({ id }) => id),
    dedupeKey: `stranded:${left.id}:${rows[0]?.id ?? ""}`,
    title: `${rows.length === 1 ? "A request waits" : `${rows.length} requests wait`} and nobody may decide`,
    body: `${left.name} left, who alone could decide. Give somebody the role Supervisor there, or let ${rows.length === 1 ? "it" : "them"} end in denial.`,
    href: "/settings/members",
  });
  return rows.map(approvalName);
}

/** Somebody active who may decide the approval of the outer query: the same rules as `decisionObstacle`, for anybody. */
function decidersOf(tx: Tx) {
  const mayDecide = or(
    inArray(roleGrant.role, holding("approvals.decide")),
    and(eq(approval.kind, "budget"), inArray(roleGrant.role, holding("budgets.override"))),
  );
  return tx
    .select({ id: roleGrant.id })
    .from(roleGrant)
    .innerJoin(person, eq(person.id, roleGrant.personId))
    .where(
      and(
        eq(person.status, "active"),
        isNull(roleGrant.revokedAt),
        lte(roleGrant.validFrom, sql`now()`),
        or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, sql`now()`)),
        or(isNull(roleGrant.workspaceId), eq(roleGrant.workspaceId, approval.workspaceId)),
        mayDecide,
        sql`${person.id} is distinct from ${approval.requesterPersonId}`,
        sql`${person.id} is distinct from ${approval.keyMakerId}`,
        sql`not exists (select 1 from ${agent} where ${agent.id} = ${approval.agentId} and ${agent.ownerId} = ${person.id})`,
      ),
    );
}
