import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, micros, tenantId } from "./columns";

export const budgetScopes = ["organization", "workspace", "project", "agent"] as const;
export const budgetPeriods = ["day", "week", "month", "quarter"] as const;

export const budget = pgTable(
  "budget",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    scopeType: text({ enum: budgetScopes }).notNull(),
    /** Organization, workspace, project or agent id, after `scopeType`. */
    scopeId: uuid().notNull(),
    /** The workspace it belongs to, for access; null on the organization's own. */
    workspaceId: uuid(),
    period: text({ enum: budgetPeriods }).notNull(),
    /** IANA name; windows begin at local midnight. */
    timeZone: text().notNull(),
    capMicros: micros().notNull(),
    /** A hard cap refuses; a soft one only tells. */
    hard: boolean().notNull(),
    /** Percent of the cap, ascending, e.g. {80,100}. */
    thresholds: integer().array().notNull(),
    createdBy: uuid(),
    createdAt: createdAt(),
    archivedAt: instant(),
  },
  (t) => [
    uniqueIndex("budget_scope").on(t.organizationId, t.scopeType, t.scopeId, t.period).where(sql`${t.archivedAt} is null`),
    check("budget_cap", sql`${t.capMicros} >= 0 and ${t.capMicros} <= 9000000000000000`),
  ],
);

/** One period of one budget. Made when it is first needed. */
export const budgetWindow = pgTable(
  "budget_window",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    budgetId: uuid().notNull(),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    committedMicros: micros().notNull().default(0),
    reservedMicros: micros().notNull().default(0),
    /** Added to the cap by approved requests, for this window only. */
    raisedMicros: micros().notNull().default(0),
    /** Cost that was reported above its reservation and for which there was no room. */
    overrunMicros: micros().notNull().default(0),
  },
  (t) => [
    uniqueIndex("budget_window_start").on(t.organizationId, t.budgetId, t.startsAt),
    check(
      "budget_window_not_negative",
      sql`${t.committedMicros} >= 0 and ${t.reservedMicros} >= 0 and ${t.raisedMicros} >= 0 and ${t.overrunMicros} >= 0`,
    ),
  ],
);

export const reservationStatuses = ["held", "settled", "released", "expired"] as const;

/** Money set aside for one action in every window that covers it. */
export const reservation = pgTable(
  "reservation",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    actionId: uuid().notNull(),
    windowIds: uuid().array().notNull(),
    amountMicros: micros().notNull(),
    actualMicros: micros(),
    status: text({ enum: reservationStatuses }).notNull(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    settledAt: instant(),
  },
  (t) => [
    uniqueIndex("reservation_action").on(t.organizationId, t.actionId),
    index("reservation_held").on(t.organizationId, t.expiresAt).where(sql`${t.status} = 'held'`),
    check("reservation_amount", sql`${t.amountMicros} >= 0`),
  ],
);

/** A threshold that was crossed: told once per window. */
export const budgetAlert = pgTable(
  "budget_alert",
  {
    organizationId: tenantId(),
    windowId: uuid().notNull(),
    threshold: integer().notNull(),
    crossedAt: createdAt(),
    usedMicros: micros().notNull(),
    capMicros: micros().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.windowId, t.threshold] })],
);
