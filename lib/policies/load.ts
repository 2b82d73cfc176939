import { and, desc, eq, lt } from "drizzle-orm";
import { agent, agentPolicy } from "@/db/schema/agent";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, may } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { loadCurrency } from "@/lib/workspaces/load";
import type { PolicyContent } from "./content";
import { layersOf, type NamedLayer } from "./layers";

export type PolicyVersion = PolicyContent & { version: number; note: string; createdAt: Date; createdBy: { id: string; name: string } | null };

export type PolicyView = {
  agent: { id: string; name: string };
  currency: string;
  current: PolicyVersion;
  /** The grids that it stands under, the widest first; those that nobody published say nothing and are left out. */
  above: NamedLayer[];
  /** Newest first, the current one included; at most `historySize`. */
  history: PolicyVersion[];
  /** Give this as `before` for older versions; null when there are none. */
  olderThan: number | null;
  mayUpdate: boolean;
};

const historySize = 20;

/** An agent's policy in force with its history. */
export async function loadPolicy(ctx: Ctx, input: { agentId: string; before?: number }): Promise<PolicyView> {
  return read(ctx, async (tx) => {
    const [owner] = await tx.select().from(agent).where(eq(agent.id, input.agentId));
    if (!owner) throw notFound("agent");
    const target = { workspaceId: owner.workspaceId, agentId: owner.id };
    authorize(tx, ctx, "policies", "view", target);
    const current = await requirePolicy(tx, owner.id, owner.policyVersion);
    const older = await selectVersions(tx, owner.id, input.before);
    return {
      agent: { id: owner.id, name: owner.name },
      currency: await loadCurrency(tx),
      current,
      above: await layersOf(tx, owner),
      history: older.slice(0, historySize),
      olderThan: older.length > historySize ? (older[historySize - 1]?.version ?? null) : null,
      mayUpdate: owner.status !== "retired" && may(ctx, "policies", "update", target),
    };
  });
}

/** One version. @throws AppError `not_found`: without a readable policy nothing is decided. */
export async function requirePolicy(tx: Tx, agentId: string, version: number): Promise<PolicyVersion> {
  const [row] = await versions(tx).where(and(eq(agentPolicy.agentId, agentId), eq(agentPolicy.version, version)));
  if (!row) throw notFound("policy version");
  return versionOf(row);
}

async function selectVersions(tx: Tx, agentId: string, before: number | undefined): Promise<PolicyVersion[]> {
  const rows = await versions(tx)
    .where(and(eq(agentPolicy.agentId, agentId), before === undefined ? undefined : lt(agentPolicy.version, before)))
    .orderBy(desc(agentPolicy.version))
    .limit(historySize + 1);
  return rows.map(versionOf);
}

function versions(tx: Tx) {
  return tx
    .select({ policy: agentPolicy, authorName: person.name })
    .from(agentPolicy)
    .leftJoin(person, eq(person.id, agentPolicy.createdBy))
    .$dynamic();
}

function versionOf({ policy, authorName }: { policy: typeof agentPolicy.$inferSelect; authorName: string | null }): PolicyVersion {
  return {
    version: policy.version,
    level: policy.level,
    tools: policy.tools,
    costThresholdMicros: policy.costThresholdMicros,
    // The schema never stores CRITICAL here; should it be there, the stricter HIGH is meant.
    riskThreshold: policy.riskThreshold === "CRITICAL" ? "HIGH" : policy.riskThreshold,
    maxRunSeconds: policy.maxRunSeconds,
    maxConcurrentRuns: policy.maxConcurrentRuns,
    maxConcurrentTasks: policy.maxConcurrentTasks,
    maxWaitingApprovals: policy.maxWaitingApprovals,
    approvalTtlSeconds: policy.approvalTtlSeconds,
    limits: policy.limits,
    note: policy.note,
    createdAt: policy.createdAt,
    createdBy: policy.createdBy ? { id: policy.createdBy, name: authorName ?? "Unknown" } : null,
  };
}
