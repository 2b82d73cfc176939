import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { directoryUser } from "@/db/schema/directory";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { comparisons, type Equals, parseBounded } from "../scim/filter";
import { type ListQuery, textOf } from "../scim/page";
import { scimRefusal } from "../scim/refusal";
import { loadUser, type UserRow } from "./row";

/** SCIM's GET /Users: the directory's own users, in the order in which they came. */
export async function listDirectoryUsers(ctx: DirectoryCtx, { filter, startIndex, count }: ListQuery): Promise<{ total: number; rows: UserRow[] }> {
  return read(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    const asked = filter ? comparisons(parseBounded(filter)).map(condition) : [];
    const where = and(eq(directoryUser.directoryId, ctx.actor.id), ...asked);
    const total = await tx.$count(directoryUser, where);
    const rows = count === 0 ? [] : await tx.select().from(directoryUser).where(where).orderBy(asc(directoryUser.createdAt), asc(directoryUser.id)).limit(count).offset(startIndex - 1);
    return { total, rows };
  });
}

/** SCIM's GET /Users/{id}. @throws AppError `not_found`. */
export async function getDirectoryUser(ctx: DirectoryCtx, { id }: { id: string }): Promise<UserRow> {
  return read(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "view");
    return loadUser(tx, ctx, id);
  });
}

function condition({ attribute, value }: Equals): SQL {
  if (attribute === "username") return sql`lower(${directoryUser.userName}) = ${textOf(value).toLowerCase()}`;
  if (attribute === "externalid") return eq(directoryUser.externalId, textOf(value));
  if (attribute === "id") return z.uuid().safeParse(value).success ? eq(directoryUser.id, textOf(value)) : sql`false`;
  if (attribute === "emails.value" || attribute === "emails") return eq(directoryUser.email, textOf(value).toLowerCase());
  if (attribute === "displayname") return sql`${directoryUser.profile} ->> 'displayName' = ${textOf(value)}`;
  // Okta and Entra ID narrow an address by its type; only the one to sign in with is kept apart.
  if (attribute === "emails.type" || attribute === "emails.primary") return sql`true`;
  if (attribute === "active") return eq(directoryUser.active, value === true || value === "true" || value === "True");
  throw scimRefusal("invalidFilter", `Users are not found by '${attribute.slice(0, 40)}'.`, "Use userName, externalId, id, displayName, active or emails.value.");
}
