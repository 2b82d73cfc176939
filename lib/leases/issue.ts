import { eq } from "drizzle-orm";
import type { LeaseScope } from "@/db/schema/lease";
import { agent } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { writeLease } from "./write";

/** A request of the kind `access` as the decision finds it. */
export type ApprovedAccess = { id: string; organizationId: string; workspaceId: string | null; leaseRequest: LeaseScope | null; reason: string };

/**
 * What approving a request for a lease does: issues it to the agent that asked, exactly as it asked. Whether the caller may
 * decide the request, and whether it is the one that they saw, was asked before.
 * @throws AppError `conflict` when the agent is not active or in another workspace by now.
 */
export async function issueLease(tx: Tx, ctx: PersonCtx, request: ApprovedAccess): Promise<{ id: string; audit: AuditEntry }> {
  const { leaseRequest: scope, workspaceId } = request;
  if (!scope || !workspaceId) throw conflict("This request asks for no lease.");
  const [asking] = await tx.select({ status: agent.status, workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, scope.agentId)).for("share");
  if (asking?.status !== "active" || asking.workspaceId !== workspaceId) throw conflict("The agent is not active, or in another workspace by now.", "Reject it; the agent can ask again.");
  const { id, audit } = await writeLease(tx, { organizationId: ctx.organizationId, workspaceId, scope, reason: request.reason, issuedBy: ctx.actor.id, approvalId: request.id });
  return { id, audit };
}
