import { budget } from "@/db/schema/budget";
import { apiKey } from "@/db/schema/agent";
import { inTenant } from "@/db/tenant";
import { agentScopes } from "@/lib/ability/permissions";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { hashKey, makeKey, prefixLength } from "@/lib/keys/format";
import { tenant } from "@/lib/testing/tenant";

/** More than any benchmark spends, so that nothing is refused. In micro-units. */
const plenty = 9_000_000_000_000_000;

/**
 * One organization with an active agent whose key is known, and a hard cap on the organization and on the agent: two
 * budget rows that every decision of the agent changes.
 */
export async function benchTenant() {
  const made = await tenant({ costThresholdMicros: 1_000_000_000, maxWaitingApprovals: 10_000 });
  const { organizationId, agentId } = made;
  const key = makeKey();
  await inTenant(database(), organizationId, async (tx) => {
    await tx.insert(apiKey).values({
      id: newId(), organizationId, agentId, name: "bench", prefix: key.slice(0, prefixLength), keyHash: hashKey(key), scopes: [...agentScopes],
    });
    const common = { organizationId, period: "month" as const, timeZone: "UTC", capMicros: plenty, hard: true, thresholds: [80, 100] };
    await tx.insert(budget).values([
      { ...common, id: newId(), scopeType: "organization", scopeId: organizationId },
      { ...common, id: newId(), scopeType: "agent", scopeId: agentId },
    ]);
  });
  return { ...made, key };
}

export type BenchTenant = Awaited<ReturnType<typeof benchTenant>>;
