import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { agentKinds, sandboxLevels, type riskClasses, type ToolCapability, type UseLimits } from "./agent";
import { bytea, createdAt, instant, micros, tenantId } from "./columns";

/** What a child agent may do by a policy of its own; see `agent_policy`. */
export type ChildPolicy = {
  level: (typeof sandboxLevels)[number];
  tools: ToolCapability[];
  costThresholdMicros: number;
  riskThreshold: Exclude<(typeof riskClasses)[number], "CRITICAL">;
  maxRunSeconds: number;
  maxConcurrentRuns: number;
  maxConcurrentTasks: number;
  maxWaitingApprovals: number;
  approvalTtlSeconds: number;
  limits?: UseLimits | undefined;
};

/** An agent's request for a child of its own, and what became of it. */
export const spawnRequest = pgTable(
  "spawn_request",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    projectId: uuid().notNull(),
    parentId: uuid().notNull(),
    /** The key that asked. */
    apiKeyId: uuid().notNull(),
    approvalId: uuid().notNull(),
    idempotencyKey: text().notNull(),
    requestHash: bytea().notNull(),
    name: text().notNull(),
    kind: text({ enum: agentKinds }).notNull(),
    purpose: text().notNull(),
    policy: jsonb().$type<ChildPolicy>().notNull(),
    /** Scopes of the child's key. */
    scopes: text().array().notNull(),
    /** All that the child may spend in its life; set aside in the parent's own budgets. */
    budgetMicros: micros().notNull(),
    /** How many agents stand above the child, its parent counted. */
    depth: integer().notNull(),
    /** The parent's policy version and what else was in force for it when it asked. */
    policyVersion: integer().notNull(),
    policies: text().notNull(),
    createdAt: createdAt(),
    /** The child's last moment. */
    endsAt: instant().notNull(),
    childId: uuid(),
    /** When the parent fetched the child's key, which it can do once. */
    claimedAt: instant(),
    endedAt: instant(),
  },
  (t) => [
    uniqueIndex("spawn_request_idempotency").on(t.organizationId, t.parentId, t.idempotencyKey),
    uniqueIndex("spawn_request_approval").on(t.organizationId, t.approvalId),
    uniqueIndex("spawn_request_child").on(t.organizationId, t.childId).where(sql`${t.childId} is not null`),
    // The children that live, for their parent and for the clock.
    index("spawn_request_living").on(t.organizationId, t.parentId, t.endsAt).where(sql`${t.childId} is not null and ${t.endedAt} is null`),
    check("spawn_request_budget", sql`${t.budgetMicros} >= 0`),
    check("spawn_request_depth", sql`${t.depth} between 1 and 3`),
  ],
);
