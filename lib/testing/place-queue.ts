import { randomBytes } from "node:crypto";
import { approvalLook } from "@/db/schema/approval-look";
import { narrowing } from "@/db/schema/narrowing";
import { standingApproval, standingUse } from "@/db/schema/standing";
import type { Tx } from "@/db/tenant";
import { newId } from "@/lib/id";

type Of = { mark: string; organizationId: string; workspaceId: string; agentId: string; approvalId: string; actionId: string; allowedId: string; personId: string };

/** What people leave behind in the queue of a place: a look, a change that was declined, a standing approval and a use of it. */
export async function placeQueue(tx: Tx, of: Of): Promise<{ standingId: string }> {
  const { mark, organizationId, workspaceId, agentId, approvalId, actionId, personId } = of;
  const place = { organizationId, workspaceId, agentId };
  const standingId = newId();
  await tx.insert(approvalLook).values({ id: newId(), organizationId, approvalId, personId });
  await tx.insert(narrowing).values({
    id: newId(), ...place, approvalId, actionId, status: "declined", offeredBy: personId, reason: `Less ${mark}`, digestBefore: randomBytes(32), digestAfter: randomBytes(32),
    argumentsAfter: JSON.stringify({ to: mark }), amountBeforeMicros: 1_000, amountMicros: 500, limits: "{}", answeredAt: new Date(), answer: `No ${mark}`,
  });
  await tx.insert(standingApproval).values({
    id: standingId, ...place, approvalId, grantedBy: personId, reason: `Always ${mark}`, tool: "mail.send", operation: "execute", resource: "*",
    arguments: { to: { equals: JSON.stringify(`standing-${mark}`) } }, riskAtMost: "HIGH", policyVersion: 2, validFrom: new Date(), validUntil: new Date(Date.now() + 86_400_000),
    usesMost: 5, usesTaken: 1, costEachMicros: 1_000, costTotalMicros: 5_000, costTakenMicros: 1_000,
  });
  await tx.insert(standingUse).values({ id: newId(), organizationId, workspaceId, standingId, actionId: of.allowedId, costMicros: 1_000 });
  return { standingId };
}
