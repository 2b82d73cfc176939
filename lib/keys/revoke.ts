import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { agent, apiKey } from "@/db/schema/agent";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";

export const RevokeKeyInput = z.strictObject({ id: z.uuid() });
export type RevokeKeyInput = z.infer<typeof RevokeKeyInput>;

/** Ends a key: the next request with it is refused. There is no way back. @throws AppError `conflict` when it is revoked already. */
export async function revokeKey(ctx: Ctx, input: RevokeKeyInput): Promise<{ id: string; revokedAt: Date }> {
  return transact(ctx, async (tx) => {
    const [found] = await tx
      .select({ name: apiKey.name, prefix: apiKey.prefix, agentId: agent.id, agentName: agent.name, workspaceId: agent.workspaceId })
      .from(apiKey)
      .innerJoin(agent, eq(agent.id, apiKey.agentId))
      .where(eq(apiKey.id, input.id));
    if (!found) throw notFound("key");
    authorize(tx, ctx, "keys", "revoke", { workspaceId: found.workspaceId, agentId: found.agentId });
    await requireFreshProof(tx, ctx, "keys.revoke", input.id);
    const revokedAt = new Date();
    const [row] = await tx
      .update(apiKey)
      .set({ revokedAt })
      .where(and(eq(apiKey.id, input.id), isNull(apiKey.revokedAt)))
      .returning({ id: apiKey.id });
    if (!row) throw conflict("This key is already revoked.");
    // Whoever follows something with it stops at once.
    publish(tx, ctx.organizationId, `access:${found.agentId}`);
    return {
      value: { id: row.id, revokedAt },
      audit: {
        action: "keys.revoked",
        resource: { type: "key", id: row.id, name: found.name, workspaceId: found.workspaceId },
        details: { agent: found.agentId, agentName: found.agentName, prefix: found.prefix },
      },
    };
  });
}
