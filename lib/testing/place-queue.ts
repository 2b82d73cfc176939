import { approvalLook } from "@/db/schema/approval-look";
import { standingApproval, standingUse } from "@/db/schema/standing";
import type { Tx } from "@/db/tenant";
import { newId } from "@/lib/id";

type Of = { mark: string; organizationId: string; workspaceId: string; agentId: string; approvalId: string; allowedId: string; personId: string };

/** What people leave behind in the queue of a place: a look, a standing approval and a use of it. */
export async function placeQueue(tx: Tx, of: Of): Promise<{ standingId: string }> {
  const { mark, organizationId, workspaceId, agentId, approvalId, personId } = of;
  const place = { organizationId, workspaceId, agentId };
  const standingId = newId();
  await tx.insert(approvalLook).values({ id: newId(), organizationId, approvalId, personId });
  await tx.insert(standingApproval).values({
    id: standingId, ...place, approvalId, grantedBy: personId, reason: `Always ${mark}`, tool: "mail.send", operation: "execute", resource: "*",
    arguments: { to: { equals: JSON.stringify(`standing-${mark}`) } }, riskAtMost: "HIGH", policyVersion: 2, validFrom: new Date(), validUntil: new Date(Date.now() + 86_400_000),
    usesMost: 5, usesTaken: 1, costEachMicros: 1_000, costTotalMicros: 5_000, costTakenMicros: 1_000,
  });
  await tx.insert(standingUse).values({ id: newId(), organizationId, workspaceId, standingId, actionId: of.allowedId, costMicros: 1_000 });
  return { standingId };
}
