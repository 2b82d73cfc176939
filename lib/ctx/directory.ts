import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { directory, pulledKinds } from "@/db/schema/directory";
import { inTenant } from "@/db/tenant";
import { abilityOfDirectory } from "@/lib/ability/define";
import { countGuess } from "@/lib/auth/guesses";
import { database } from "@/lib/database";
import { directoryTokenPrefix } from "@/lib/directory/token";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { hashKey } from "@/lib/keys/format";
import { admitDirectory } from "@/lib/network/admit";
import { selectDirectoryMarks } from "@/lib/network/known-rules";
import type { DirectoryCtx } from "./ctx";
import type { RequestInfo } from "./person";

/** With the context: whether it is time again to note that the directory reached us. */
export type DirectoryCaller = { ctx: DirectoryCtx; successDue: boolean };

/**
 * The context of a directory, from the bearer token of its request. The token is read on every request, so that one that was
 * replaced, or whose directory was disconnected, is refused at once.
 * @throws AppError `unauthenticated`; who shows too many unknown tokens is told to wait.
 */
export async function directoryCtx(authorization: string | null, info: RequestInfo): Promise<DirectoryCaller> {
  const token = /^Bearer +([^ ]+) *$/i.exec(authorization ?? "")?.[1];
  if (!token) throw unauthenticated("The request has no bearer token.");
  const hash = hashKey(token);
  const [place] = token.startsWith(directoryTokenPrefix)
    ? await database().sql<{ organization: string; id: string }[]>`select organization_id as organization, directory_id as id from gate_directory(${hash})`
    : [];
  if (!place) {
    await countGuess("key", info.ip);
    throw unauthenticated("This token is not known here.");
  }
  const { row, marks } = await inTenant(database(), place.organization, async (tx) => {
    const rules = await selectDirectoryMarks(tx);
    const [found] = await tx
      .select({
        name: directory.name,
        disconnectedAt: directory.disconnectedAt,
        successDue: sql<boolean>`${directory.lastSuccessAt} is null or ${directory.lastSuccessAt} < now() - interval '10 seconds' or ${directory.lastErrorAt} >= ${directory.lastSuccessAt}`,
      })
      .from(directory)
      .where(eq(directory.id, place.id));
    return { row: found, marks: rules };
  });
  if (!row || row.disconnectedAt) throw unauthenticated("This directory was disconnected.");
  const ctx: DirectoryCtx = { organizationId: place.organization, actor: { kind: "directory", id: place.id, name: row.name }, ability: abilityOfDirectory(), ...info };
  await admitDirectory(ctx, marks);
  return { ctx, successDue: row.successDue === true };
}

/** The context of a directory that is asked, for the job that does so; null once it was disconnected. */
export async function askedDirectoryCtx(organizationId: string, directoryId: string): Promise<DirectoryCtx | null> {
  const asked = and(eq(directory.id, directoryId), isNull(directory.disconnectedAt), inArray(directory.kind, [...pulledKinds]));
  const [row] = await inTenant(database(), organizationId, (tx) => tx.select({ id: directory.id, name: directory.name }).from(directory).where(asked));
  return row ? { organizationId, actor: { kind: "directory", ...row }, ability: abilityOfDirectory(), requestId: newId(), ip: null, userAgent: null } : null;
}

function unauthenticated(message: string): AppError {
  return new AppError("unauthenticated", message, { hint: "Use the token that Settings, Directory showed when the directory was connected; a new one can be made there." });
}
