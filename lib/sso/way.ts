import { authorizeSystem } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { type Connection, findConnection, organizationOf } from "./connection";

/** Whose connection something came by, and for whom the portal works on it. */
export type Way = { ctx: Ctx; connection: Connection };

/** The connection of an address to which providers send. @throws AppError `not_found`. */
export async function wayTo(info: RequestInfo, id: string, kind: Connection["kind"]): Promise<Way> {
  const organizationId = await organizationOf(id);
  if (!organizationId) throw notFound("connection");
  const ctx = systemCtx("sign-in", organizationId, info);
  const connection = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    return findConnection(tx, id);
  });
  if (connection.kind !== kind) throw notFound("connection");
  return { ctx, connection };
}
