import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { riskClasses } from "./agent";
import { bytea, createdAt, instant, micros, tenantId } from "./columns";

/** What one argument must be: exactly this JSON value (canonical text), or a text that the glob matches. */
export type ArgumentPattern = { equals: string } | { glob: string };

/** A person's yes to what an agent will ask again: for this agent, tool, operation and arguments, for a time, so often, for so much. */
export const standingApproval = pgTable(
  "standing_approval",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    agentId: uuid().notNull(),
    /** The request that it was granted from. */
    approvalId: uuid().notNull(),
    grantedBy: uuid().notNull(),
    reason: text().notNull(),
    tool: text().notNull(),
    operation: text().notNull(),
    resource: text().notNull(),
    /** Every argument there may be, and none besides. */
    arguments: jsonb().$type<Record<string, ArgumentPattern>>().notNull(),
    /** What is riskier asks a person all the same. */
    riskAtMost: text({ enum: riskClasses }).notNull(),
    /** The agent's policy version, and the fingerprint of the other policies, when it was granted: a change of any ends it. */
    policyVersion: integer().notNull(),
    policies: bytea(),
    validFrom: instant().notNull(),
    validUntil: instant().notNull(),
    usesMost: integer().notNull(),
    usesTaken: integer().notNull().default(0),
    costEachMicros: micros().notNull(),
    costTotalMicros: micros().notNull(),
    costTakenMicros: micros().notNull().default(0),
    createdAt: createdAt(),
    revokedAt: instant(),
    revokedBy: uuid(),
    revokeReason: text(),
  },
  (t) => [
    // Those that a decision looks through: few, since most have ended.
    index("standing_approval_open").on(t.organizationId, t.agentId, t.validUntil).where(sql`${t.revokedAt} is null`),
    index("standing_approval_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    check("standing_approval_never_critical", sql`${t.riskAtMost} <> 'CRITICAL'`),
    check("standing_approval_uses", sql`${t.usesMost} > 0 and ${t.usesTaken} >= 0 and ${t.usesTaken} <= ${t.usesMost}`),
    check("standing_approval_cost", sql`${t.costEachMicros} >= 0 and ${t.costTakenMicros} >= 0 and ${t.costTakenMicros} <= ${t.costTotalMicros}`),
    check("standing_approval_time", sql`${t.validUntil} > ${t.validFrom}`),
    check("standing_approval_revoked", sql`(${t.revokedAt} is null) = (${t.revokedBy} is null)`),
  ],
);

/** One action that a standing approval let go on. */
export const standingUse = pgTable(
  "standing_use",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    standingId: uuid().notNull(),
    actionId: uuid().notNull(),
    costMicros: micros().notNull(),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("standing_use_action").on(t.organizationId, t.actionId), index("standing_use_recent").on(t.organizationId, t.standingId, t.createdAt.desc(), t.id.desc())],
);
