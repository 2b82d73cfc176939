import { sql } from "drizzle-orm";
import { bigint, check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, tenantId } from "./columns";

/** A file that holds every event from `firstSeq` to `lastSeq`. Append-only; the file is written before its row. */
export const auditArchive = pgTable(
  "audit_archive",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    firstSeq: bigint({ mode: "number" }).notNull(),
    lastSeq: bigint({ mode: "number" }).notNull(),
    events: bigint({ mode: "number" }).notNull(),
    bytes: bigint({ mode: "number" }).notNull(),
    /** Of the whole file, hexadecimal. */
    sha256: text().notNull(),
    /** Below the folder of all archives: `<organization id>/<first>-<last>.jsonl`. */
    fileName: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    // Two archives never begin at the same event; finds the last one too.
    uniqueIndex("audit_archive_first").on(t.organizationId, t.firstSeq),
    index("audit_archive_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    check("audit_archive_contiguous", sql`${t.firstSeq} >= 1 and ${t.events} >= 1 and ${t.events} = ${t.lastSeq} - ${t.firstSeq} + 1`),
    check("audit_archive_hash", sql`${t.sha256} ~ '^[0-9a-f]{64}$'`),
  ],
);
