import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, tenantId } from "./columns";

/** When a person is away or busy. It ends by itself, or when somebody ends it. */
export const absence = pgTable(
  "absence",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    kind: text({ enum: ["away", "busy"] }).notNull(),
    startsAt: instant().notNull(),
    /** Exclusive. */
    endsAt: instant().notNull(),
    note: text().notNull().default(""),
    createdBy: uuid().notNull(),
    createdAt: createdAt(),
    endedAt: instant(),
  },
  (t) => [
    index("absence_person").on(t.organizationId, t.personId, t.endsAt).where(sql`${t.endedAt} is null`),
    check("absence_period", sql`${t.endsAt} > ${t.startsAt}`),
  ],
);

/** One person's part in approvals, given to another for a time. What was given cannot be given on. */
export const delegation = pgTable(
  "delegation",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    fromPersonId: uuid().notNull(),
    toPersonId: uuid().notNull(),
    /** Null: wherever the person may decide. */
    workspaceId: uuid(),
    startsAt: instant().notNull(),
    /** Exclusive. */
    endsAt: instant().notNull(),
    reason: text().notNull(),
    createdBy: uuid().notNull(),
    createdAt: createdAt(),
    endedAt: instant(),
    endedBy: uuid(),
  },
  (t) => [
    index("delegation_from").on(t.organizationId, t.fromPersonId, t.endsAt).where(sql`${t.endedAt} is null`),
    index("delegation_to").on(t.organizationId, t.toPersonId, t.endsAt).where(sql`${t.endedAt} is null`),
    check("delegation_period", sql`${t.endsAt} > ${t.startsAt}`),
    check("delegation_other", sql`${t.fromPersonId} <> ${t.toPersonId}`),
  ],
);
