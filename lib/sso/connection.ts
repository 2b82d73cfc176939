import { and, eq, isNull, sql } from "drizzle-orm";
import { ssoConnection, ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { database } from "@/lib/database";
import { conflict, notFound } from "@/lib/errors";
import type { Ctx } from "@/lib/ctx/ctx";
import { requireHeld } from "@/lib/people/access";
import { ClaimMapping } from "./mapping";

export type Connection = Omit<typeof ssoConnection.$inferSelect, "mapping"> & { mapping: ClaimMapping };

/** @throws AppError `not_found`, also for a connection that was removed. */
export async function findConnection(tx: Tx, id: string): Promise<Connection> {
  const [row] = await tx.select().from(ssoConnection).where(and(eq(ssoConnection.id, id), isNull(ssoConnection.removedAt)));
  if (!row) throw notFound("connection");
  return { ...row, mapping: ClaimMapping.parse(row.mapping) };
}

/** Whose a connection is, before anybody is known: what comes to its address belongs to that organization. */
export async function organizationOf(connectionId: string): Promise<string | null> {
  const [row] = await database().sql<{ organization: string | null }[]>`select gate_sso_connection(${connectionId}) as organization`;
  return row?.organization ?? null;
}

/** A claim gives no role that whoever maps it does not hold. @throws AppError `forbidden`. */
export function requireMappingHeld(ctx: Ctx, mapping: ClaimMapping): void {
  for (const { role, workspaceId } of mapping.rules) requireHeld(ctx, role, workspaceId);
  if (mapping.defaultRole) requireHeld(ctx, mapping.defaultRole, null);
}

/** A connection that a domain depends on is not changed under those who could then not come in. */
export async function requireNotEnforced(tx: Tx, connectionId: string): Promise<void> {
  const [enforced] = await tx
    .select({ domain: ssoDomain.domain })
    .from(ssoDomain)
    .where(and(eq(ssoDomain.connectionId, connectionId), isNull(ssoDomain.removedAt), sql`${ssoDomain.enforcedAt} is not null`))
    .limit(1);
  if (enforced) throw conflict(`Everybody of ${enforced.domain} needs this connection to sign in.`, "Turn that off first.");
}

export function resourceOf(connection: { id: string; name: string }) {
  return { type: "sso_connection", id: connection.id, name: connection.name };
}
