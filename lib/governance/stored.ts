import { and, desc, eq, lt } from "drizzle-orm";
import { governanceDocument, governanceHead } from "@/db/schema/governance";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { notFound } from "@/lib/errors";
import { type DocumentContent, type DocumentKind, kinds } from "./kinds";

type Where = { kind: DocumentKind; scopeId: string };

/** One version of a document; 0 is what holds where nobody has published anything. */
export type DocumentVersion<K extends DocumentKind = DocumentKind> = {
  version: number;
  content: DocumentContent<K>;
  note: string;
  createdAt: Date | null;
  createdBy: { id: string; name: string } | null;
};

/** @throws AppError `not_found`. */
export async function requireDocument<K extends DocumentKind>(tx: Tx, where: Where & { kind: K }, version: number): Promise<DocumentVersion<K>> {
  if (version === 0) return firstVersion(where.kind);
  const [row] = await versions(tx).where(and(ofPlace(where), eq(governanceDocument.version, version)));
  if (!row) throw notFound("version");
  return versionOf(where.kind, row);
}

export async function headVersion(tx: Tx, where: Where): Promise<number> {
  const [head] = await tx
    .select({ version: governanceHead.version })
    .from(governanceHead)
    .where(and(eq(governanceHead.kind, where.kind), eq(governanceHead.scopeId, where.scopeId)));
  return head?.version ?? 0;
}

/** Newest first, from before a version on. */
export async function olderVersions<K extends DocumentKind>(tx: Tx, where: Where & { kind: K }, before: number | undefined, limit: number): Promise<DocumentVersion<K>[]> {
  const rows = await versions(tx)
    .where(and(ofPlace(where), before === undefined ? undefined : lt(governanceDocument.version, before)))
    .orderBy(desc(governanceDocument.version))
    .limit(limit);
  return rows.map((row) => versionOf(where.kind, row));
}

export function firstVersion<K extends DocumentKind>(kind: K): DocumentVersion<K> {
  return { version: 0, content: kinds[kind].first as DocumentContent<K>, note: "", createdAt: null, createdBy: null };
}

function versions(tx: Tx) {
  return tx
    .select({ document: governanceDocument, authorName: person.name })
    .from(governanceDocument)
    .leftJoin(person, eq(person.id, governanceDocument.createdBy))
    .$dynamic();
}

function ofPlace({ kind, scopeId }: Where) {
  return and(eq(governanceDocument.kind, kind), eq(governanceDocument.scopeId, scopeId));
}

/** Parsed again, so that what an older release stored reads as this one has it. @throws ZodError when it cannot be read. */
function versionOf<K extends DocumentKind>(kind: K, { document, authorName }: { document: typeof governanceDocument.$inferSelect; authorName: string | null }): DocumentVersion<K> {
  return {
    version: document.version,
    content: kinds[kind].schema.parse(document.content) as DocumentContent<K>,
    note: document.note,
    createdAt: document.createdAt,
    createdBy: document.createdBy ? { id: document.createdBy, name: authorName ?? "Unknown" } : null,
  };
}
