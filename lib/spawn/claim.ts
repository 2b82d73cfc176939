import { and, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { agent, apiKey } from "@/db/schema/agent";
import { networkRule } from "@/db/schema/network";
import { spawnRequest } from "@/db/schema/spawn";
import { authorize } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { hashKey, makeKey, prefixLength } from "@/lib/keys/format";
import { transact } from "@/lib/transact";

export const ClaimSpawnedInput = z.strictObject({ id: z.uuid() });
export type ClaimSpawnedInput = z.infer<typeof ClaimSpawnedInput>;

/** The child's key: it is in this answer and nowhere else. */
export const ClaimedSpawn = z.object({ agentId: z.uuid(), key: z.string(), keyId: z.uuid(), scopes: z.array(z.string()), expiresAt: z.iso.datetime() });
export type ClaimedSpawn = z.infer<typeof ClaimedSpawn>;

/**
 * Gives the parent the key of its child, once. The key ends with the child, and before it where the parent's key does; it
 * has no scope that the key which fetches it has not, is good from the same addresses only, and counts as made by the same
 * person, who therefore decides nothing of what the child asks.
 * @throws AppError `not_found`; `conflict` before it was approved, after it was fetched, and once the child has ended.
 */
export async function claimSpawned(ctx: AgentCtx, input: ClaimSpawnedInput): Promise<ClaimedSpawn> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "approvals", "request", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const own = and(eq(spawnRequest.id, input.id), eq(spawnRequest.parentId, ctx.actor.id));
    const [claimed] = await tx
      .update(spawnRequest)
      .set({ claimedAt: sql`now()` })
      .where(and(own, isNotNull(spawnRequest.childId), isNull(spawnRequest.claimedAt), isNull(spawnRequest.endedAt), gt(spawnRequest.endsAt, sql`now()`)))
      .returning();
    if (!claimed?.childId) {
      const [row] = await tx.select().from(spawnRequest).where(own);
      throw row ? conflict(row.claimedAt ? "The child's key was fetched before; it is given once." : row.childId ? "The child has ended." : "The child has not been approved.", row.claimedAt ? "Its owner can make another key on the child's page." : undefined) : notFound("spawn request");
    }
    const [child] = await tx.select().from(agent).where(eq(agent.id, claimed.childId)).for("share");
    if (child?.status !== "active") throw conflict(`The child is ${child?.status ?? "gone"}; it gets no key.`);
    const [mine] = await tx.select().from(apiKey).where(eq(apiKey.id, ctx.actor.apiKeyId)).for("share");
    const scopes = claimed.scopes.filter((scope) => mine?.scopes.includes(scope));
    if (!mine || mine.revokedAt || scopes.length === 0) throw conflict("This key has none of the scopes that the child's is to have.", "Fetch it with the key that asked.");
    const key = makeKey();
    const expiresAt = new Date(Math.min(claimed.endsAt.getTime(), mine.expiresAt?.getTime() ?? Infinity));
    const made = { id: newId(), organizationId: ctx.organizationId, agentId: child.id, name: `Handed to ${ctx.actor.name}`.slice(0, 80), prefix: key.slice(0, prefixLength), scopes, expiresAt };
    await tx.insert(apiKey).values({ ...made, keyHash: hashKey(key), createdBy: mine.createdBy });
    const rules = await tx.select().from(networkRule).where(and(eq(networkRule.scope, "key"), eq(networkRule.scopeId, mine.id)));
    if (rules.length > 0) await tx.insert(networkRule).values(rules.map((rule) => ({ ...rule, scopeId: made.id, version: newId() })));
    return {
      value: { agentId: child.id, key, keyId: made.id, scopes, expiresAt: expiresAt.toISOString() },
      audit: {
        action: "keys.created",
        resource: { type: "key", id: made.id, name: made.name, workspaceId: child.workspaceId },
        details: { agent: child.id, agentName: child.name, prefix: made.prefix, scopes, expiresAt: expiresAt.toISOString(), spawnRequestId: claimed.id },
      },
    };
  });
}
