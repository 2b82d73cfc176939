import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, micros, tenantId } from "./columns";

export const narrowingStatuses = ["offered", "accepted", "declined", "withdrawn"] as const;

/** What an approver would approve instead of what was asked for; the agent that asked accepts or declines it. */
export const narrowing = pgTable(
  "narrowing",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    agentId: uuid().notNull(),
    approvalId: uuid().notNull(),
    actionId: uuid().notNull(),
    status: text({ enum: narrowingStatuses }).notNull(),
    offeredBy: uuid().notNull(),
    /** Why, for the agent. */
    reason: text().notNull(),
    digestBefore: bytea().notNull(),
    digestAfter: bytea().notNull(),
    /** Canonical; null: as they were asked. */
    argumentsAfter: text(),
    /** As they were asked, where they were edited: the action's own become the edited ones. */
    argumentsBefore: text(),
    amountBeforeMicros: micros().notNull(),
    amountMicros: micros().notNull(),
    /** How long it may take (a run) or be begun (a grant); null: as asked. */
    seconds: integer(),
    /** What is stored as the action's limits once it is accepted. */
    limits: text().notNull(),
    createdAt: createdAt(),
    answeredAt: instant(),
    /** What the agent wrote when it declined. */
    answer: text(),
  },
  (t) => [
    uniqueIndex("narrowing_open").on(t.organizationId, t.approvalId).where(sql`${t.status} = 'offered'`),
    index("narrowing_of_approval").on(t.organizationId, t.approvalId, t.createdAt),
    check("narrowing_smaller", sql`${t.amountMicros} >= 0 and ${t.amountMicros} <= ${t.amountBeforeMicros} and (${t.seconds} is null or ${t.seconds} > 0)`),
    check("narrowing_changes", sql`${t.digestAfter} <> ${t.digestBefore}`),
    check("narrowing_answered", sql`(${t.status} = 'offered') = (${t.answeredAt} is null)`),
  ],
);
