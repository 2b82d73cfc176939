import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, tenantId } from "./columns";

/** A one-time link that was sent to an address: to choose a new password, or to prove the address. Only the token's SHA-256 is stored. */
export const emailLink = pgTable(
  "email_link",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    kind: text({ enum: ["reset", "address"] }).notNull(),
    /** Where it was sent; for `address` what the person's address becomes. */
    email: text().notNull(),
    tokenHash: bytea().notNull(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
    revokedAt: instant(),
  },
  (t) => [uniqueIndex("email_link_token").on(t.tokenHash), index("email_link_person").on(t.organizationId, t.personId)],
);
