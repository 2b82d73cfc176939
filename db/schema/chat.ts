import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
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
  /** All that a decision is about, in words: only where somebody may decide in this chat. */
  detail?: string;
  /** What may be decided where it is told, and with which digest it was shown. */
  decide?: { approvalId: string; digest: string };
};

/** The answer to a press of a button: words for who pressed alone, or the message drawn anew as things stand now. */
export type ChatReply = { text: string; href: string } | { redraws: string };

/** The riskiest that anybody may decide in a chat. */
export const chatRisks = ["LOW", "MEDIUM"] as const;
/** Who tells of a press so that it can be believed. */
export const decidingKinds = ["slack", "webhook"] as const;

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
    /** Until when the other side wants nothing more. */
    notBefore: instant(),
    /** Up to which risk requests may be decided there; null: nothing is. */
    decideUpTo: text({ enum: chatRisks }),
    /** By which a press of a button there is known to be the chat's word, encrypted. */
    decisionSecret: bytea(),
  },
  (t) => [
    index("chat_channel_organization").on(t.organizationId, t.createdAt),
    check("chat_channel_topics", sql`cardinality(${t.topics}) > 0`),
    check("chat_channel_deciding", sql`${t.decideUpTo} is null or (${t.decideUpTo} in ('LOW', 'MEDIUM') and ${t.kind} <> 'teams' and ${t.decisionSecret} is not null)`),
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
    /** The answer to a press, and where it goes instead of the channel, encrypted. */
    reply: jsonb().$type<ChatReply>(),
    replyUrl: bytea(),
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

/** Presses that were taken, for longer than a repeated one would be: each counts once. */
export const chatPress = pgTable(
  "chat_press",
  { organizationId: tenantId(), channelId: uuid().notNull(), nonce: text().notNull(), createdAt: createdAt() },
  (t) => [primaryKey({ columns: [t.channelId, t.nonce] }), index("chat_press_age").on(t.organizationId, t.createdAt)],
);

/** Who somebody is in a chat, by the word of the organization's identity provider or directory alone. */
export const chatIdentity = pgTable(
  "chat_identity",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    kind: text({ enum: decidingKinds }).notNull(),
    /** The chat's own id for them, exactly. */
    chatId: text().notNull(),
    source: text({ enum: ["sso", "directory"] }).notNull(),
    /** The connection or the directory. */
    sourceId: uuid().notNull(),
    /** The claim or attribute that said it. */
    claim: text().notNull(),
    /** Whether they had shown a second factor there that counts here. */
    hadFactor: boolean().notNull().default(false),
    vouchedAt: instant().notNull().default(sql`now()`),
  },
  (t) => [
    uniqueIndex("chat_identity_once").on(t.organizationId, t.sourceId, t.personId, t.kind),
    index("chat_identity_chat").on(t.organizationId, t.kind, t.chatId),
    index("chat_identity_person").on(t.organizationId, t.personId),
  ],
);
