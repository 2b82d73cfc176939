import { sql } from "drizzle-orm";
import { bigserial, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant, tenantId } from "./columns";

/** A notice in the portal for one person. */
export const notice = pgTable(
  "notice",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    personId: uuid().notNull(),
    /** The same key is told to the same person once. */
    dedupeKey: text().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    href: text().notNull(),
    createdAt: createdAt(),
    readAt: instant(),
  },
  (t) => [
    uniqueIndex("notice_once").on(t.organizationId, t.personId, t.dedupeKey),
    index("notice_recent").on(t.organizationId, t.personId, t.createdAt.desc()),
  ],
);

/** Mail to be sent by SMTP, or to be read in the mailbox page where no SMTP is configured. */
export const mail = pgTable(
  "mail",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    dedupeKey: text().notNull(),
    recipient: text().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    status: text({ enum: ["queued", "sent", "mailbox", "failed"] }).notNull(),
    error: text(),
    createdAt: createdAt(),
    sentAt: instant(),
  },
  (t) => [
    uniqueIndex("mail_once").on(t.organizationId, t.dedupeKey),
    index("mail_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    // Mail that waits or was refused is rare; sent mail is not.
    index("mail_unsent").on(t.createdAt).where(sql`${t.status} in ('queued', 'failed')`),
  ],
);

/** Events for the job engine, written with the change they tell of; a sweeper sends what was not sent. */
export const outbox = pgTable(
  "outbox",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    organizationId: tenantId(),
    /** Sent as the event's id, so that the engine takes a repeated delivery once. */
    eventId: uuid().notNull(),
    name: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
    sentAt: instant(),
    attempts: integer().notNull().default(0),
  },
  (t) => [index("outbox_pending").on(t.organizationId, t.id).where(sql`${t.sentAt} is null`)],
);
