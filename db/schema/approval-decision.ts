import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, tenantId } from "./columns";

/** One person's yes or no in one stage of a request. Never changed; nobody counts twice in a request, also not through somebody else. */
export const approvalDecision = pgTable(
  "approval_decision",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    approvalId: uuid().notNull(),
    /** From 0. */
    stage: integer().notNull(),
    personId: uuid().notNull(),
    decision: text({ enum: ["approved", "rejected"] }).notNull(),
    reason: text().notNull().default(""),
    /** Who is away and has delegated it. */
    onBehalfOf: uuid(),
    breakGlass: boolean().notNull().default(false),
    /** What the person saw; see `approval.digest`. */
    digest: bytea().notNull(),
    /** The fresh proof that was spent for it, where one was asked for. */
    proofId: uuid(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("approval_decision_person").on(t.organizationId, t.approvalId, t.personId),
    uniqueIndex("approval_decision_counted").on(t.organizationId, t.approvalId, sql`coalesce(${t.onBehalfOf}, ${t.personId})`),
    check("approval_decision_behalf", sql`${t.onBehalfOf} is distinct from ${t.personId}`),
    check("approval_decision_stage", sql`${t.stage} >= 0`),
  ],
);
