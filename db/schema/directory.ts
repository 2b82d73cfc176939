import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, tenantId } from "./columns";

/** Those that come to us by SCIM, and those that we go to. */
export const pushedKinds = ["okta", "entra", "scim"] as const;
export const pulledKinds = ["ldap", "google"] as const;
export const directoryKinds = [...pushedKinds, ...pulledKinds] as const;

/** A company's directory, which says who works there: by SCIM, or by being asked. */
export const directory = pgTable(
  "directory",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    kind: text({ enum: directoryKinds }).notNull(),
    name: text().notNull(),
    /** SHA-256 of the bearer token: 256 random bits need no slow hash. Null where we go there ourselves. */
    tokenHash: bytea(),
    /** The first characters, kept so that a person recognises the token. */
    tokenPrefix: text(),
    tokenMadeAt: instant(),
    /** Who answers for the agents of people who leave; without one, such agents are suspended. */
    successorId: uuid(),
    createdBy: uuid(),
    createdAt: createdAt(),
    /** From then on its token is refused. */
    disconnectedAt: instant(),
    lastSuccessAt: instant(),
    lastErrorAt: instant(),
    lastError: text(),
    /** The night's own check: roles that were not what the groups give, and were put right. */
    checkedAt: instant(),
    checkedDrift: integer(),
  },
  (t) => [
    uniqueIndex("directory_token").on(t.tokenHash),
    index("directory_organization").on(t.organizationId, t.createdAt),
    check("directory_token_where_pushed", sql`(${t.kind} in ('ldap', 'google')) = (${t.tokenHash} is null)`),
  ],
);

/** What the directory said of somebody, as far as it is used here. */
export type DirectoryProfile = {
  displayName?: string | undefined;
  name?: { formatted?: string | undefined; givenName?: string | undefined; familyName?: string | undefined } | undefined;
  emails?: { value: string; type?: string | undefined; primary?: boolean | undefined }[] | undefined;
  title?: string | undefined;
  /** Who they are in a chat where requests may be decided. */
  chat?: { slackUserId?: string | undefined; chatUserId?: string | undefined } | undefined;
};

/**
 * Why a person of the directory is not, or not as it said, a person here: the address belongs to somebody added by hand, to
 * somebody who was removed, to another organization or directory; or they are the last organization admin.
 */
export const directoryConflicts = ["by_hand", "left", "taken", "other_directory", "last_admin"] as const;

export const directoryUser = pgTable(
  "directory_user",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    directoryId: uuid().notNull(),
    externalId: text(),
    userName: text().notNull(),
    /** Lower case: the address to sign in with. */
    email: text().notNull(),
    profile: jsonb().$type<DirectoryProfile>().notNull(),
    active: boolean().notNull(),
    /** The person that this is here; null while a conflict keeps them apart. */
    personId: uuid(),
    conflict: text({ enum: directoryConflicts }),
    /** An admin decided to leave it at that. */
    conflictDismissedAt: instant(),
    /** The ETag. */
    version: integer().notNull().default(1),
    createdAt: createdAt(),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (t) => [
    uniqueIndex("directory_user_name").on(t.organizationId, t.directoryId, sql`lower(${t.userName})`),
    uniqueIndex("directory_user_external").on(t.organizationId, t.directoryId, t.externalId),
    uniqueIndex("directory_user_person").on(t.organizationId, t.personId),
    index("directory_user_page").on(t.organizationId, t.directoryId, t.createdAt, t.id),
    index("directory_user_conflict").on(t.organizationId, t.directoryId).where(sql`${t.conflict} is not null`),
    check("directory_user_email_lower", sql`${t.email} = lower(${t.email})`),
  ],
);

export const directoryGroup = pgTable(
  "directory_group",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    directoryId: uuid().notNull(),
    externalId: text(),
    displayName: text().notNull(),
    version: integer().notNull().default(1),
    createdAt: createdAt(),
    updatedAt: instant().notNull().default(sql`now()`),
  },
  (t) => [
    uniqueIndex("directory_group_name").on(t.organizationId, t.directoryId, sql`lower(${t.displayName})`),
    index("directory_group_external").on(t.organizationId, t.directoryId, t.externalId),
    index("directory_group_page").on(t.organizationId, t.directoryId, t.createdAt, t.id),
  ],
);

export const directoryMember = pgTable(
  "directory_member",
  { organizationId: tenantId(), groupId: uuid().notNull(), userId: uuid().notNull() },
  (t) => [primaryKey({ columns: [t.organizationId, t.groupId, t.userId] }), index("directory_member_user").on(t.organizationId, t.userId)],
);

/** A role that members of a group have, on the organization (workspaceId null) or on one workspace. */
export const groupRole = pgTable(
  "group_role",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    groupId: uuid().notNull(),
    role: text().notNull(),
    workspaceId: uuid(),
    createdBy: uuid(),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("group_role_once").on(t.organizationId, t.groupId, t.role, sql`coalesce(${t.workspaceId}, '00000000-0000-0000-0000-000000000000')`)],
);
