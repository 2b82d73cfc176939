import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { ssoConnection, ssoIdentity } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import { unvouch } from "@/lib/chat/vouch";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { findConnection, requireMappingHeld, requireNotEnforced, resourceOf } from "./connection";
import { ClaimMapping } from "./mapping";

export const UpdateConnectionInput = z.strictObject({ id: z.uuid(), mapping: ClaimMapping, jit: z.boolean(), idpInitiated: z.boolean(), trustFactor: z.enum(["never", "when_said", "always"]).default("never") });
export type UpdateConnectionInput = z.infer<typeof UpdateConnectionInput>;

/**
 * Changes what claims lead to, and who may come in by the connection.
 * @throws AppError `forbidden` for a role that the caller does not hold where the mapping gives it.
 */
export async function updateConnection(ctx: PersonCtx, { id, mapping: wanted, jit, idpInitiated, trustFactor }: UpdateConnectionInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.update", id);
    const before = await findConnection(tx, id);
    requireMappingHeld(ctx, wanted);
    // By another claim other people come in, or nobody: the test must be made again.
    const sameClaim = before.mapping.email === wanted.email;
    if (!sameClaim) await requireNotEnforced(tx, id);
    // Known by another claim, everybody is somebody new: each is tied anew at the next sign-in, by their address.
    if (before.mapping.subject !== wanted.subject) await tx.update(ssoIdentity).set({ removedAt: sql`now()` }).where(and(eq(ssoIdentity.connectionId, id), isNull(ssoIdentity.removedAt)));
    // What another claim said of somebody in a chat is said no more.
    if ((before.mapping.slackId ?? "") !== (wanted.slackId ?? "") || (before.mapping.chatId ?? "") !== (wanted.chatId ?? "")) await unvouch(tx, id);
    await tx.update(ssoConnection).set({ mapping: wanted, jit, idpInitiated, trustFactor, ...(sameClaim ? {} : { testedAt: null }) }).where(and(eq(ssoConnection.id, id), isNull(ssoConnection.removedAt)));
    const details = { before: { mapping: before.mapping, jit: before.jit, idpInitiated: before.idpInitiated, trustFactor: before.trustFactor }, after: { mapping: wanted, jit, idpInitiated, trustFactor } };
    return { value: { id }, audit: { action: "sso.updated", resource: resourceOf(before), details } };
  });
}
