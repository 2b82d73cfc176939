import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, tenantId } from "./columns";

/** How a directory that is asked is reached, how often, and when it is not believed. */
export const directorySource = pgTable("directory_source", {
  directoryId: uuid().primaryKey(),
  organizationId: tenantId(),
  /** As its kind's schema says; nothing secret. */
  settings: jsonb().$type<Record<string, unknown>>().notNull(),
  /** The password or key, sealed for this directory. */
  secret: bytea().notNull(),
  /** 0: only when somebody asks. */
  everyMinutes: integer().notNull().default(60),
  /** A sync that takes something from more people than this share, and more than this many, stops and asks. */
  mostLossPercent: integer().notNull().default(20),
  mostLossPeople: integer().notNull().default(5),
  /** When an admin, having seen a dry run, let it change anything. */
  admittedAt: instant(),
  nextSyncAt: instant(),
  /** Syncs that failed since the last one that did not. */
  failures: integer().notNull().default(0),
});

export const syncStates = ["queued", "reading", "applying", "done", "held", "failed", "cancelled"] as const;

/** What a sync does, or would do; the first of each by name. */
export type SyncSummary = {
  users: { create: number; change: number; leave: number; same: number; conflict: number; skipped: number };
  groups: { create: number; change: number; remove: number; same: number };
  /** People who would lose a role or leave. */
  losing: number;
  roles: { role: string; workspaceId: string | null; before: number; after: number }[];
  named: { what: "create" | "change" | "leave" | "conflict" | "skipped"; name: string; detail: string }[];
};

/** One visit to a directory: a dry run or a sync. */
export const directorySync = pgTable(
  "directory_sync",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    directoryId: uuid().notNull(),
    mode: text({ enum: ["preview", "sync"] }).notNull(),
    state: text({ enum: syncStates }).notNull(),
    /** Null: the clock. */
    requestedBy: uuid(),
    /** How many people an admin, who was asked, let lose something. */
    allowedLosses: integer(),
    createdAt: createdAt(),
    startedAt: instant(),
    finishedAt: instant(),
    readUsers: integer().notNull().default(0),
    readGroups: integer().notNull().default(0),
    steps: integer().notNull().default(0),
    stepsDone: integer().notNull().default(0),
    stepsFailed: integer().notNull().default(0),
    summary: jsonb().$type<SyncSummary>(),
    /** What went wrong, or why it asks, and what to do. */
    problem: text(),
    hint: text(),
  },
  (t) => [
    index("directory_sync_latest").on(t.organizationId, t.directoryId, t.createdAt),
    uniqueIndex("directory_sync_one_at_a_time").on(t.organizationId, t.directoryId).where(sql`${t.finishedAt} is null`),
    check("directory_sync_steps", sql`${t.stepsDone} <= ${t.steps}`),
  ],
);

/** What a directory said, while a sync is at it, and what is left to do; gone when the sync has ended. */
export const directoryPulled = pgTable(
  "directory_pulled",
  {
    organizationId: tenantId(),
    syncId: uuid().notNull(),
    kind: text({ enum: ["user", "group"] }).notNull(),
    externalId: text().notNull(),
    /** UserFields or GroupRecord; null for what the directory has no longer, and for what could not be read. */
    record: jsonb().$type<unknown>(),
    /** Null until it is compared. */
    op: text({ enum: ["create", "change", "leave", "same", "skip"] }),
    /** The order of work. */
    rank: integer().notNull().default(0),
    conflict: boolean().notNull().default(false),
    problem: text(),
    done: boolean().notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.syncId, t.kind, t.externalId] }), index("directory_pulled_next").on(t.organizationId, t.syncId, t.rank, t.externalId).where(sql`not ${t.done}`)],
);
