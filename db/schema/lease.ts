import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, micros, tenantId } from "./columns";

/** What a lease is good for. An empty list of domains opens none beyond what the agent may reach anyway. */
export type LeaseScope = {
  agentId: string;
  /** Globs as in the agent's policy; never empty. */
  tools: string[];
  /** Null: any operation of those tools. */
  operations: string[] | null;
  /** Globs; null: any resource. */
  resources: string[] | null;
  domains: string[];
  maxUses: number;
  costEachMicros: number;
  costTotalMicros: number;
  /** From its issue, in seconds. */
  lifeSeconds: number;
};

/** A temporary exception for one agent, which it shows as a signed token. The row decides what of it is left and whether it still holds. */
export const lease = pgTable(
  "lease",
  {
    /** `jti` of the token. */
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    agentId: uuid().notNull(),
    /** Why, in the words of whoever issued it. */
    reason: text().notNull(),
    tools: text().array().notNull(),
    operations: text().array(),
    resources: text().array(),
    domains: text().array().notNull(),
    maxUses: integer().notNull(),
    uses: integer().notNull().default(0),
    costEachMicros: micros().notNull(),
    costTotalMicros: micros().notNull(),
    /** The estimates of all uses. */
    spentMicros: micros().notNull().default(0),
    notBefore: instant().notNull(),
    expiresAt: instant().notNull(),
    /** SHA-256 of the token, which itself is not kept: it is made again of these columns for the agent that asked for it. */
    tokenHash: bytea().notNull(),
    issuedBy: uuid().notNull(),
    /** The request of the agent that was approved; null: a person issued it by themself. */
    approvalId: uuid(),
    createdAt: createdAt(),
    revokedAt: instant(),
    revokedBy: uuid(),
    revokeReason: text(),
  },
  (t) => [
    index("lease_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    index("lease_of_agent").on(t.organizationId, t.agentId, t.expiresAt),
    uniqueIndex("lease_approval").on(t.organizationId, t.approvalId).where(sql`${t.approvalId} is not null`),
    check("lease_tools", sql`cardinality(${t.tools}) > 0`),
    check("lease_uses", sql`${t.maxUses} > 0 and ${t.uses} between 0 and ${t.maxUses}`),
    check("lease_cost", sql`${t.costEachMicros} >= 0 and ${t.spentMicros} between 0 and ${t.costTotalMicros}`),
    check("lease_time", sql`${t.expiresAt} > ${t.notBefore}`),
    check("lease_revoked", sql`(${t.revokedAt} is null) = (${t.revokedBy} is null)`),
  ],
);

/** Each time that a lease let an action pass, counted from 1. */
export const leaseUse = pgTable(
  "lease_use",
  {
    organizationId: tenantId(),
    leaseId: uuid().notNull(),
    use: integer().notNull(),
    actionId: uuid().notNull(),
    costMicros: micros().notNull(),
    usedAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.leaseId, t.use] }), uniqueIndex("lease_use_action").on(t.organizationId, t.actionId)],
);
