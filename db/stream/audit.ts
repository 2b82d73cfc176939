import { bigint, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "../schema/columns";

/**
 * The audit stream as queries see it. Its tables are made by hand-written migrations (partitions, triggers,
 * grants): the application may read them and append through `audit_append`, and nothing else.
 */
export const auditEvent = pgTable("audit_event", {
  organizationId: uuid().notNull(),
  /** Position in the organization's chain, from 1, without holes. */
  seq: bigint({ mode: "number" }).notNull(),
  id: uuid().notNull(),
  occurredAt: instant().notNull(),
  actorKind: text().notNull(),
  actorId: text().notNull(),
  actorName: text().notNull(),
  action: text().notNull(),
  resourceType: text().notNull(),
  resourceId: text().notNull(),
  resourceName: text().notNull(),
  workspaceId: uuid(),
  outcome: text({ enum: ["success", "failure", "blocked"] }).notNull(),
  severity: text({ enum: ["info", "notice", "warning", "critical"] }).notNull(),
  ip: text(),
  requestId: text().notNull(),
  /** RFC 8785 canonical JSON: exactly the bytes that were hashed. */
  body: text().notNull(),
  leafHash: bytea().notNull(),
  chainHash: bytea().notNull(),
});

export const auditHead = pgTable("audit_head", {
  organizationId: uuid().primaryKey(),
  seq: bigint({ mode: "number" }).notNull(),
  chainHash: bytea().notNull(),
});

export const auditCheckpoint = pgTable("audit_checkpoint", {
  organizationId: uuid().notNull(),
  treeSize: bigint({ mode: "number" }).notNull(),
  rootHash: bytea().notNull(),
  chainHash: bytea().notNull(),
  /** The compact range of the tree (RFC 9162): hashes of its perfect subtrees, largest first. */
  frontier: bytea().array().notNull(),
  /** C2SP tlog-checkpoint as a signed note. */
  note: text().notNull(),
  createdAt: instant().notNull(),
});
