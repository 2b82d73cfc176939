import { and, eq, isNull } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { type Tx, withCommit } from "@/db/tenant";
import { isRole, permissionsOf } from "@/lib/ability/permissions";
import { unsatisfied } from "@/lib/approval-policies/check";
import { allLayers } from "@/lib/approval-policies/layers";
import { lockApprovers } from "@/lib/approval-policies/lock";
import { approvalName } from "@/lib/approvals/row";
import { strandedRequests } from "@/lib/approvals/stranded";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { placeWords } from "@/lib/governance/place-words";
import type { JobEvent } from "@/lib/jobs/events";
import { enqueueStatements, withIds } from "@/lib/jobs/outbox";
import { publish } from "@/lib/live/publish";
import { peopleWith } from "@/lib/notices/people-with";
import { tellByMailToo } from "@/lib/notices/tell";
import { hereOrAll } from "@/lib/presence/here";

const mostNames = 200;

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

/** Who can decide less than before, or what took it from them. `what`: what happened, after the name. `grants`: what they held until then. */
export type Lost = { id: string; name: string; what: "left" | "was suspended" | "lost a role" | "took roles away"; grants: readonly { role: string; workspaceId: string | null }[] };

/**
 * After somebody lost their part in deciding: requests that too few people are left to decide, and approval policies that
 * nobody can satisfy any more. Whoever can mend it is told at once, in the portal and by mail: one who is here, where one is.
 * Ask after the change. Gives what the stranded requests are about, and the mails to send.
 */
export async function tellOfStranded(tx: Tx, ctx: Ctx, lost: Lost): Promise<{ names: string[]; send: JobEvent[] }> {
  const deciding = lost.grants.filter(({ role }) => isRole(role) && (permissionsOf(role).includes("approvals.decide") || permissionsOf(role).includes("budgets.override")));
  if (deciding.length === 0) return { names: [], send: [] };
  await lockApprovers(tx, ctx.organizationId);
  const places = deciding.flatMap(({ workspaceId }) => workspaceId ?? []);
  const reach = places.length < deciding.length ? null : places;
  const stranded = await strandedRequests(tx, reach);
  const send = [...(await tellOfRequests(tx, ctx, lost, stranded)), ...(await tellOfPolicies(tx, ctx, lost, reach))];
  return { names: stranded.flatMap(({ name, count }) => Array.from({ length: Math.min(count, mostNames) }, () => name)).slice(0, mostNames), send };
}

/** The same where roles go beside other things, in verbs that send nothing themselves: the mails leave with the next sweep of the outbox. */
export async function tellOfStrandedBeside(tx: Tx, ctx: Ctx, lost: Lost): Promise<void> {
  const { send } = await tellOfStranded(tx, ctx, lost);
  for (const statement of enqueueStatements(ctx.organizationId, withIds(send))) withCommit(tx, statement);
}

async function tellOfRequests(tx: Tx, ctx: Ctx, lost: Lost, stranded: Awaited<ReturnType<typeof strandedRequests>>): Promise<JobEvent[]> {
  const count = stranded.reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return [];
  const admins = await peopleWith(tx, "users", "update_role", null);
  const { send } = await tellByMailToo(tx, ctx.organizationId, {
    personIds: await hereOrAll(tx, admins.map(({ id }) => id)),
    dedupeKey: `stranded:${lost.id}:${stranded[0]?.id ?? ""}`,
    title: `${count === 1 ? "A request waits" : `${count} requests wait`} and nobody may decide`,
    body: `${lost.name} ${lost.what}, and too few people are left who could decide. Give somebody the role Supervisor there, or let ${count === 1 ? "it" : "them"} end in denial.`,
    href: "/settings/members",
  });
  return send;
}

/** The approval policies that ask where the person counted; each version is told of once for each person who was lost. */
async function tellOfPolicies(tx: Tx, ctx: Ctx, lost: Lost, reach: readonly string[] | null): Promise<JobEvent[]> {
  const send: JobEvent[] = [];
  for (const { scopeType, scopeId, version, content, name } of await allLayers(tx)) {
    const workspaceId = scopeType === "workspace" ? scopeId : null;
    if (!content || (workspaceId && reach && !reach.includes(workspaceId))) continue;
    const problems = await unsatisfied(tx, { kind: "approvals", scopeType, scopeId, name, workspaceId, closed: false }, content);
    const [first] = problems;
    if (!first) continue;
    const managers = await peopleWith(tx, "policies", "update", workspaceId);
    const told = await tellByMailToo(tx, ctx.organizationId, {
      personIds: await hereOrAll(tx, managers.map(({ id }) => id)),
      dedupeKey: `unsatisfied:${scopeId}:${version}:${lost.id}`,
      title: `Nobody can satisfy the approval policy of ${name} any more`,
      body: `${lost.name} ${lost.what}. ${placeWords(first.path, content)}: ${first.message}${problems.length > 1 ? ` ${problems.length - 1} more of its rules are like that.` : ""} What it asks for ends in denial until it, or who is there, is changed.`,
      href: workspaceId ? `/policies/approvals?scope=workspace:${workspaceId}` : "/policies/approvals",
    });
    send.push(...told.send);
  }
  return send;
}
