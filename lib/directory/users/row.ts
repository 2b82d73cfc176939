import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { directoryUser } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { versionChanged } from "../scim/refusal";

export type UserRow = typeof directoryUser.$inferSelect;

/** A user of the caller's own directory. @throws AppError `not_found` for any other id. */
export async function loadUser(tx: Tx, ctx: DirectoryCtx, id: string): Promise<UserRow> {
  const [row] = z.uuid().safeParse(id).success ? await tx.select().from(directoryUser).where(and(eq(directoryUser.id, id), eq(directoryUser.directoryId, ctx.actor.id))) : [];
  if (!row) throw notFound("user");
  return row;
}

/** As `loadUser`, to be changed: nobody else changes it meanwhile. @param version the one the caller read; null: any. */
export async function lockUser(tx: Tx, ctx: DirectoryCtx, id: string, version: number | null): Promise<UserRow> {
  const [row] = z.uuid().safeParse(id).success ? await tx.select().from(directoryUser).where(and(eq(directoryUser.id, id), eq(directoryUser.directoryId, ctx.actor.id))).for("update") : [];
  if (!row) throw notFound("user");
  if (version !== null && row.version !== version) throw versionChanged();
  return row;
}
