import { eq } from "drizzle-orm";
import type { LeaseScope } from "@/db/schema/lease";
import { agent } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { conflict } from "@/lib/errors";
import { leaseRequestDigest } from "./request-digest";
import { writeLease } from "./write";

/** A request of the kind `access` as the decision finds it. */
export type ApprovedAccess = { id: string; organizationId: string; workspaceId: string | null; leaseRequest: LeaseScope | null; reason: string; digest: Buffer };

/**
 * What approving a request for a lease does: issues it to the agent that asked, exactly as it asked. Whether whoever approved
 * may, and whether it is the one that they saw, was asked before.
 * @throws AppError `conflict` when the agent is not active or in another workspace by now.
 */
export async function issueLease(tx: Tx, request: ApprovedAccess, issuedBy: string): Promise<AuditEntry> {
  const { id: approvalId, leaseRequest: scope, organizationId, workspaceId, reason } = request;
  if (!scope || !workspaceId) throw conflict("This request asks for no lease.");
  if (!leaseRequestDigest({ scope, reason, organizationId, workspaceId }).equals(request.digest)) throw conflict("The stored request is not the one that was shown.", "Tell an admin: it was changed outside of the portal.");
  const [asking] = await tx.select({ status: agent.status, workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, scope.agentId)).for("share");
  if (asking?.status !== "active" || asking.workspaceId !== workspaceId) throw conflict("The agent is not active, or in another workspace by now.", "Reject it; the agent can ask again.");
  return (await writeLease(tx, { organizationId, workspaceId, scope, reason, issuedBy, approvalId })).audit;
}
