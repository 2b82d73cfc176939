import { pgTable, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, tenantId } from "./columns";

/** When a person who may decide a request had it open for the first time: one row, however often they look. */
export const approvalLook = pgTable(
  "approval_look",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    approvalId: uuid().notNull(),
    personId: uuid().notNull(),
    openedAt: createdAt(),
  },
  (t) => [uniqueIndex("approval_look_first").on(t.organizationId, t.approvalId, t.personId)],
);
