import { eq } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { spawnRequest } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import { maskText } from "@/lib/approvals/mask";

/** The child that a request is for, as the person reads it who decides: everything that it could do, with what it takes over from its parent. */
export async function loadAskedChild(tx: Tx, approvalId: string) {
  const [row] = await tx
    .select({ asked: spawnRequest, childStatus: agent.status })
    .from(spawnRequest)
    .leftJoin(agent, eq(agent.id, spawnRequest.childId))
    .where(eq(spawnRequest.approvalId, approvalId));
  if (!row) return null;
  const { id, kind, policy, scopes, budgetMicros, endsAt, depth, childId, claimedAt } = row.asked;
  return { id, name: maskText(row.asked.name).text, kind, policy, scopes, budgetMicros, endsAt, depth, child: childId && row.childStatus ? { id: childId, status: row.childStatus } : null, claimedAt };
}

export type AskedChild = NonNullable<Awaited<ReturnType<typeof loadAskedChild>>>;
