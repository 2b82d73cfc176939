import { eq, sql } from "drizzle-orm";
import { networkRule } from "@/db/schema/network";
import { authorizeSystem } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";

/** Lets an organization be used from everywhere again, for the operator whom nobody inside can help. What was listed stays listed. */
export async function resetNetwork(ctx: Ctx, { organizationId }: { organizationId: string }): Promise<{ rules: number }> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "update");
    const rows = await tx
      .update(networkRule)
      .set({ addresses: "any", countries: "any", version: sql`gen_random_uuid()`, changedBy: null, changedAt: new Date() })
      .where(eq(networkRule.isSet, true))
      .returning({ scope: networkRule.scope, scopeId: networkRule.scopeId });
    const resource = { type: "network_rule", id: organizationId, name: "Network rules" };
    return { value: { rules: rows.length }, audit: { action: "network.reset", resource, details: { rules: rows.map(({ scope, scopeId }) => `${scope} ${scopeId}`).slice(0, 100) } } };
  });
}
