import { eq } from "drizzle-orm";
import { directory } from "@/db/schema/directory";
import { directorySource } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import { notFound } from "@/lib/errors";
import { googleSource } from "../google/source";
import { ldapSource } from "../ldap/source";
import type { Source } from "./records";
import { openSecret } from "./secret";

/** How to ask this directory. Nothing is asked yet, so that it can be made inside a transaction and used after it. @throws AppError `not_found`. */
export async function loadSource(tx: Tx, directoryId: string): Promise<Source> {
  const [row] = await tx.select({ kind: directory.kind, source: directorySource }).from(directorySource).innerJoin(directory, eq(directory.id, directorySource.directoryId)).where(eq(directorySource.directoryId, directoryId));
  if (!row) throw notFound("directory that is asked");
  return (row.kind === "google" ? googleSource : ldapSource)(row.source.settings, openSecret(directoryId, row.source.secret));
}
