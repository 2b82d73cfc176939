import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, micros, tenantId } from "./columns";

export const agentKinds = ["manager", "writer", "analyst", "creative", "researcher", "coder", "coordinator"] as const;
export const agentStatuses = ["draft", "active", "suspended", "retired"] as const;
export const riskClasses = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export const sandboxLevels = ["strict", "standard", "trusted", "isolated"] as const;

export const agent = pgTable(
  "agent",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    projectId: uuid().notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
    kind: text({ enum: agentKinds }).notNull(),
    status: text({ enum: agentStatuses }).notNull(),
    /** The person who answers for it. */
    ownerId: uuid().notNull(),
    managerPersonId: uuid(),
    managerAgentId: uuid(),
    /** The version of `agent_policy` in force. */
    policyVersion: integer().notNull(),
    /** Whose policies hold for it besides its workspace's; also after the template is archived. */
    templateId: uuid(),
    createdAt: createdAt(),
  },
  (t) => [
    index("agent_of_template").on(t.organizationId, t.templateId).where(sql`${t.templateId} is not null`),
    uniqueIndex("agent_name").on(t.organizationId, t.workspaceId, t.name),
    index("agent_project").on(t.organizationId, t.projectId),
    check("agent_one_manager", sql`num_nonnulls(${t.managerPersonId}, ${t.managerAgentId}) <= 1`),
    check("agent_not_own_manager", sql`${t.managerAgentId} is distinct from ${t.id}`),
  ],
);

/** What one tool may do for one agent. */
export type ToolCapability = {
  /** A tool name or glob, e.g. `sandbox.python` or `read:*`. */
  tool: string;
  mode: "allowed" | "approval" | "blocked";
  /** Highest estimated cost of one call; null: no ceiling of its own. */
  costCeilingMicros: number | null;
  // Rows that were stored before these existed have none of them. Null is 'not restricted', an empty list 'nothing'.
  /** Most calls of all tools that the row names together, e.g. `100/hour`. */
  rate?: string | null | undefined;
  paths?: string[] | null | undefined;
  domains?: string[] | null | undefined;
  operations?: string[] | null | undefined;
};

/** How much an agent may use in all. Null or left out: not limited. */
export type UseLimits = {
  apiCallsPerMinute?: number | null | undefined;
  apiCallsPerHour?: number | null | undefined;
  tokensPerAction?: number | null | undefined;
  tokensPerDay?: number | null | undefined;
  tokensPerMonth?: number | null | undefined;
};

/** Every version is kept; a version is never changed. */
export const agentPolicy = pgTable(
  "agent_policy",
  {
    organizationId: tenantId(),
    agentId: uuid().notNull(),
    version: integer().notNull(),
    level: text({ enum: sandboxLevels }).notNull(),
    tools: jsonb().$type<ToolCapability[]>().notNull(),
    /** At or above this estimated cost a person must approve. */
    costThresholdMicros: micros().notNull(),
    /** At or above this class a person must approve. Never above HIGH. */
    riskThreshold: text({ enum: riskClasses }).notNull(),
    /** Longest sandbox run. */
    maxRunSeconds: integer().notNull().default(60),
    /** Sandbox runs of this agent at the same time; further ones wait in order. */
    maxConcurrentRuns: integer().notNull().default(2),
    /** Actions that this agent carries out itself at the same time; further ones wait in order. */
    maxConcurrentTasks: integer().notNull().default(100),
    /** Requests of this agent that may wait for a person at the same time; further ones are refused. */
    maxWaitingApprovals: integer().notNull().default(100),
    /** Time an approval stays open before it ends in denial. */
    approvalTtlSeconds: integer().notNull().default(86_400),
    limits: jsonb().$type<UseLimits>().notNull().default({}),
    note: text().notNull().default(""),
    createdBy: uuid(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.agentId, t.version] })],
);

export const apiKey = pgTable(
  "api_key",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    agentId: uuid().notNull(),
    name: text().notNull(),
    /** The first characters, kept so that a person recognises the key. */
    prefix: text().notNull(),
    /** SHA-256 of the whole key: 256 random bits need no slow hash. */
    keyHash: bytea().notNull(),
    scopes: text().array().notNull(),
    createdBy: uuid(),
    createdAt: createdAt(),
    expiresAt: instant(),
    revokedAt: instant(),
    lastUsedAt: instant(),
    /** From where it was used then. */
    lastIp: text(),
  },
  (t) => [uniqueIndex("api_key_hash").on(t.keyHash), index("api_key_agent").on(t.organizationId, t.agentId)],
);
