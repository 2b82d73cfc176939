import { sql } from "drizzle-orm";
import { pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, tenantId } from "./columns";

/** A blueprint of agents: its policies hold for every agent that is made from it. */
export const agentTemplate = pgTable(
  "agent_template",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    /** Null: agents of every workspace may be made from it. It never changes. */
    workspaceId: uuid(),
    name: text().notNull(),
    description: text().notNull().default(""),
    createdAt: createdAt(),
    /** No agent is given it any more; those that have it keep it, with its policies in force. */
    archivedAt: instant(),
  },
  (t) => [
    uniqueIndex("agent_template_name")
      .on(t.organizationId, sql`coalesce(${t.workspaceId}, '00000000-0000-0000-0000-000000000000')`, t.name)
      .where(sql`${t.archivedAt} is null`),
  ],
);
