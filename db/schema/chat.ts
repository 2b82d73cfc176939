import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { riskClasses } from "./agent";
import { bytea, createdAt, instant, tenantId } from "./columns";

export const chatKinds = ["slack", "teams", "webhook"] as const;
export const chatTopics = ["requests", "escalations", "break_glass", "budgets"] as const;
export const chatStatuses = ["queued", "sent", "failed"] as const;

/** One thing that is told: masked and cut, but not yet written as any chat wants it. */
export type ChatItem = {
  topic: (typeof chatTopics)[number] | "test";
  title: string;
  /** The portal's words. */
  text: string;
  /** What somebody else wrote; null: nothing. */
  quote: string | null;
  risk: (typeof riskClasses)[number] | null;
  /** A path of the portal. */
  href: string;
};

/** Where an organization's notices are posted besides the portal. */
export const chatChannel = pgTable(
  "chat_channel",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    /** Only what concerns this workspace; null: everything. */
    workspaceId: uuid(),
    kind: text({ enum: chatKinds }).notNull(),
    name: text().notNull(),
    /** Whoever knows it may post there, so it is encrypted; `shown` is what people see of it. */
    url: bytea().notNull(),
    shown: text().notNull(),
    /** What generic webhooks are signed with, encrypted. */
    secret: bytea(),
    topics: text({ enum: chatTopics }).array().notNull(),
    /** Of requests and escalations. */
    riskAtLeast: text({ enum: riskClasses }).notNull(),
    createdBy: uuid().notNull(),
    createdAt: createdAt(),
    /** Nothing from before is told: when it was added or went on after a pause. */
    since: instant().notNull().default(sql`now()`),
    pausedAt: instant(),
    lastSentAt: instant(),
    /** Since when nothing could be posted, and why. */
    failingSince: instant(),
    lastError: text(),
  },
  (t) => [
    index("chat_channel_organization").on(t.organizationId, t.createdAt),
    check("chat_channel_topics", sql`cardinality(${t.topics}) > 0`),
    check("chat_channel_secret", sql`(${t.kind} = 'webhook') = (${t.secret} is not null)`),
  ],
);

/** One message to one channel. */
export const chatMessage = pgTable(
  "chat_message",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    channelId: uuid().notNull(),
    items: jsonb().$type<ChatItem[]>().notNull(),
    /** How many further things there are beside `items`. */
    more: integer().notNull().default(0),
    status: text({ enum: chatStatuses }).notNull().default("queued"),
    createdAt: createdAt(),
    endedAt: instant(),
  },
  (t) => [index("chat_message_age").on(t.organizationId, t.createdAt), index("chat_message_channel").on(t.organizationId, t.channelId)],
);

/** What a channel was told already: each thing once. */
export const chatTold = pgTable(
  "chat_told",
  { organizationId: tenantId(), channelId: uuid().notNull(), key: text().notNull(), createdAt: createdAt() },
  (t) => [primaryKey({ columns: [t.channelId, t.key] }), index("chat_told_age").on(t.organizationId, t.createdAt)],
);
