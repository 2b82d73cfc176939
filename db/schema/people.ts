import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, tenantId } from "./columns";

export const person = pgTable(
  "person",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    /** Lower case; unique over the installation, so that an address alone finds its organization at sign-in. */
    email: text().notNull(),
    name: text().notNull(),
    /** When the address was proven by a link that was sent to it; null: somebody typed it. */
    emailVerifiedAt: instant(),
    /** argon2id, PHC string format. Null until the invitation is accepted. */
    passwordHash: text(),
    status: text({ enum: ["invited", "active", "suspended", "left"] }).notNull(),
    /** Raised whenever grants, status or sessions change: a context made before is refused at its next write. */
    accessVersion: integer().notNull().default(1),
    lastSignInAt: instant(),
    /** When they were removed, and by what: `hand`, or `directory:` with its id, which alone may then bring them back by itself. */
    leftAt: instant(),
    leftBy: text(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("person_email").on(t.email),
    index("person_organization").on(t.organizationId, t.createdAt),
    check("person_email_lower", sql`${t.email} = lower(${t.email})`),
  ],
);

/** A role given to a person, on the organization (workspaceId null) or on one workspace, for a time. */
export const roleGrant = pgTable(
  "role_grant",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    role: text().notNull(),
    workspaceId: uuid(),
    validFrom: instant().notNull(),
    /** Exclusive. Null: until revoked. */
    validUntil: instant(),
    /** Where it comes from: `hand`, or `directory:` or `sso:` with its id. Whatever is not by hand is recomputed, and never changed by hand. */
    source: text().notNull().default("hand"),
    grantedBy: uuid(),
    createdAt: createdAt(),
    revokedAt: instant(),
  },
  (t) => [
    index("role_grant_person").on(t.organizationId, t.personId).where(sql`${t.revokedAt} is null`),
    uniqueIndex("role_grant_once")
      .on(t.organizationId, t.personId, t.role, sql`coalesce(${t.workspaceId}, '00000000-0000-0000-0000-000000000000')`, t.source)
      .where(sql`${t.revokedAt} is null`),
  ],
);

/** A signed-in browser. The cookie carries only this id; the row decides on every request. */
export const session = pgTable(
  "session",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    createdAt: createdAt(),
    lastSeenAt: instant().notNull(),
    expiresAt: instant().notNull(),
    revokedAt: instant(),
    /** From where it was opened. */
    ip: text(),
    /** From where it was used last, as `lastSeenAt` knows it. */
    lastIp: text(),
    /** Where the address that it was opened from is registered, ISO 3166-1 alpha-2; null where that is not known. */
    country: text(),
    userAgent: text(),
    /** The browser, by the cookie that it keeps when it signs out; null where there was none to be seen. */
    deviceId: uuid(),
    /** What was proved at sign-in: the way in, the second factor if there was one, and when. */
    method: text(),
    factor: text(),
    provedAt: instant().notNull().default(sql`now()`),
  },
  (t) => [
    index("session_person").on(t.organizationId, t.personId, t.createdAt),
    index("session_device").on(t.organizationId, t.deviceId).where(sql`${t.revokedAt} is null`),
  ],
);

/** A one-time way in for somebody who has no password yet. Only the token's SHA-256 is stored. */
export const invitation = pgTable(
  "invitation",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    tokenHash: bytea().notNull(),
    invitedBy: uuid(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    acceptedAt: instant(),
    revokedAt: instant(),
  },
  (t) => [
    uniqueIndex("invitation_token").on(t.tokenHash),
    index("invitation_person").on(t.organizationId, t.personId),
  ],
);

export const savedView = pgTable(
  "saved_view",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    page: text().notNull(),
    name: text().notNull(),
    /** The page's query string, without the leading question mark. */
    query: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("saved_view_name").on(t.organizationId, t.personId, t.page, t.name)],
);
