import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, tenantId } from "./columns";

export const lockKinds = ["person", "role", "device", "key", "agent", "tool", "workspace", "organization", "approval"] as const;
export type LockKind = (typeof lockKinds)[number];

/** One thing that a lock stopped, or that it leaves alone, with the names of the first of them. */
export type LockLine = { effect: string; count: number; names: string[] };

/** What is stopped for a time, or until somebody lifts it. It is in force while it has not ended and its time is not over. */
export const lock = pgTable(
  "lock",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    kind: text({ enum: lockKinds }).notNull(),
    /** An id; the name of a role; a tool or a glob of tools, with dots as the policy compares them. */
    target: text().notNull(),
    /** Where it is; for a tool null means everywhere in the organization. */
    workspaceId: uuid(),
    /** What it was called when it was locked. */
    name: text().notNull(),
    /** Shown to whom it stops. */
    message: text().notNull(),
    /** For the audit and for who may lift it; not shown to whom it stops. */
    reason: text().notNull(),
    /** Placed or prolonged by who may do so in the whole organization: nobody who may less lifts it. */
    byOrganization: boolean().notNull(),
    placedBy: uuid().notNull(),
    createdAt: createdAt(),
    /** Null: until it is lifted. */
    until: instant(),
    /** What was stopped when it was placed. */
    receipt: jsonb().$type<LockLine[]>().notNull(),
    endedAt: instant(),
    /** Null: its time was over. */
    endedBy: uuid(),
    endReason: text(),
  },
  (t) => [
    // Also what every decision and every session looks through: the few that have not ended.
    uniqueIndex("lock_open")
      .on(t.organizationId, t.kind, t.target, sql`(case ${t.kind} when 'tool' then coalesce(${t.workspaceId}, '00000000-0000-0000-0000-000000000000') else '00000000-0000-0000-0000-000000000000' end)`)
      .where(sql`${t.endedAt} is null`),
    index("lock_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    check("lock_ended", sql`${t.endedAt} is not null or (${t.endedBy} is null and ${t.endReason} is null)`),
  ],
);
