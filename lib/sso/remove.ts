import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { ssoConnection, ssoDomain } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import { unvouch } from "@/lib/chat/vouch";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { findConnection, requireNotEnforced, resourceOf } from "./connection";

export const RemoveConnectionInput = z.strictObject({ id: z.uuid() });
export type RemoveConnectionInput = z.infer<typeof RemoveConnectionInput>;

/**
 * Removes a connection with its domains: nobody comes in by it any more, and its client secret is forgotten. Sessions go on.
 * @throws AppError `conflict` while a domain needs it.
 */
export async function removeConnection(ctx: PersonCtx, { id }: RemoveConnectionInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.remove", id);
    const connection = await findConnection(tx, id);
    await requireNotEnforced(tx, id);
    await tx.update(ssoDomain).set({ removedAt: sql`now()` }).where(and(eq(ssoDomain.connectionId, id), isNull(ssoDomain.removedAt)));
    await unvouch(tx, id);
    const forgotten = connection.kind === "oidc" ? { clientSecret: Buffer.alloc(0) } : {};
    await tx.update(ssoConnection).set({ removedAt: sql`now()`, ...forgotten }).where(eq(ssoConnection.id, id));
    return { value: { id }, audit: { action: "sso.removed", resource: resourceOf(connection) } };
  });
}
