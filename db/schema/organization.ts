import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, micros, tenantId } from "./columns";

/** The tenant. Its own id is the tenant id of every row below it. */
export const organization = pgTable(
  "organization",
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    slug: text().notNull(),
    currency: text().notNull().default("USD"),
    timeZone: text().notNull().default("UTC"),
    tier: text({ enum: ["standard", "enhanced", "dedicated"] }).notNull().default("standard"),
    /** Price of one second of sandbox time. */
    sandboxSecondMicros: micros().notNull().default(1_000),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("organization_slug").on(t.slug),
    check("organization_price", sql`${t.sandboxSecondMicros} >= 0`),
  ],
);

export const workspace = pgTable(
  "workspace",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    name: text().notNull(),
    slug: text().notNull(),
    createdAt: createdAt(),
    archivedAt: instant(),
  },
  (t) => [uniqueIndex("workspace_slug").on(t.organizationId, t.slug)],
);

export const project = pgTable(
  "project",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    name: text().notNull(),
    slug: text().notNull(),
    createdAt: createdAt(),
    archivedAt: instant(),
  },
  (t) => [
    uniqueIndex("project_slug").on(t.organizationId, t.workspaceId, t.slug),
    index("project_workspace").on(t.organizationId, t.workspaceId),
  ],
);
