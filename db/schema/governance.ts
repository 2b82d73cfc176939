import { sql } from "drizzle-orm";
import { check, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, tenantId } from "./columns";

export const documentKinds = ["approvals", "capabilities", "cedar", "classification", "egress"] as const;
export const documentScopes = ["organization", "workspace", "template"] as const;

const place = () => ({
  organizationId: tenantId(),
  kind: text({ enum: documentKinds }).notNull(),
  scopeType: text({ enum: documentScopes }).notNull(),
  /** The id of the organization, the workspace or the template. */
  scopeId: uuid().notNull(),
  version: integer().notNull(),
});

/** What people decided about agents, above the single one. Every version is kept; the application cannot change or delete one. */
export const governanceDocument = pgTable(
  "governance_document",
  {
    ...place(),
    content: jsonb().$type<unknown>().notNull(),
    /** SHA-256 of the content's RFC 8785 form. */
    hash: bytea().notNull(),
    note: text().notNull().default(""),
    createdBy: uuid(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.kind, t.scopeId, t.version] }),
    check("governance_document_organization", sql`(${t.scopeType} = 'organization') = (${t.scopeId} = ${t.organizationId})`),
    check("governance_document_version", sql`${t.version} >= 1`),
  ],
);

/** Which version of each is in force; without a row, what each kind begins with. */
export const governanceHead = pgTable("governance_head", { ...place(), hash: bytea().notNull() }, (t) => [
  primaryKey({ columns: [t.organizationId, t.kind, t.scopeId] }),
]);
