import { and, count, eq, gt, isNull, or } from "drizzle-orm";
import { z } from "zod";
import { agent, apiKey } from "@/db/schema/agent";
import { networkRule } from "@/db/schema/network";
import { authorize } from "@/lib/ability/authorize";
import { agentScopes } from "@/lib/ability/permissions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, conflict, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { entriesSchema, parseEntries } from "@/lib/network/entries";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { hashKey, makeKey, prefixLength } from "./format";

/** Most keys of one agent that are in force at once. */
export const maxKeysPerAgent = 20;

export const CreateKeyInput = z.strictObject({
  agentId: z.uuid(),
  name: cleanText({ max: 80 }),
  scopes: z.array(z.enum(agentScopes)).min(1, "choose at least one scope").max(agentScopes.length),
  /** Last day on which the key works, in UTC; empty: until it is revoked. */
  expiresOn: z.iso.date().or(z.literal("")).nullish(),
  /** Addresses and ranges from which it may be used, one a line; empty: from wherever its workspace allows. */
  allowedFrom: entriesSchema.optional(),
});
export type CreateKeyInput = z.infer<typeof CreateKeyInput>;

/** `key` is the secret: it is in this answer and nowhere else. */
export type CreatedKey = { id: string; key: string; prefix: string; expiresAt: Date | null };

/** Makes an API key for an agent. @throws AppError `conflict` for a retired agent or one that has too many keys. */
export async function createKey(ctx: Ctx, input: CreateKeyInput): Promise<CreatedKey> {
  const expiresAt = input.expiresOn ? endOf(input.expiresOn) : null;
  return transact(ctx, async (tx) => {
    const [owner] = await tx.select().from(agent).where(eq(agent.id, input.agentId)).for("update");
    if (!owner) throw notFound("agent");
    authorize(tx, ctx, "keys", "create", { workspaceId: owner.workspaceId, agentId: owner.id });
    await requireFreshProof(tx, ctx, "keys.create", owner.id);
    if (owner.status === "retired") throw conflict("This agent is retired; a retired agent gets no keys.");
    const [held] = await tx
      .select({ keys: count() })
      .from(apiKey)
      .where(and(eq(apiKey.agentId, owner.id), isNull(apiKey.revokedAt), or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, new Date()))));
    if (held && held.keys >= maxKeysPerAgent) throw conflict(`This agent already has ${maxKeysPerAgent} keys.`, "Revoke one that is not used.");
    const key = makeKey();
    const made = { id: newId(), prefix: key.slice(0, prefixLength), expiresAt };
    const scopes = [...new Set(input.scopes)];
    await tx.insert(apiKey).values({
      ...made,
      organizationId: ctx.organizationId,
      agentId: owner.id,
      name: input.name,
      keyHash: hashKey(key),
      scopes,
      createdBy: ctx.actor.kind === "person" ? ctx.actor.id : null,
    });
    const { entries } = parseEntries(input.allowedFrom ?? "", false);
    if (entries.length > 0) {
      await tx.insert(networkRule).values({ organizationId: ctx.organizationId, scope: "key", scopeId: made.id, version: newId(), addresses: "listed", entries, changedBy: ctx.actor.kind === "person" ? ctx.actor.id : null });
    }
    return {
      value: { ...made, key },
      audit: {
        action: "keys.created",
        resource: { type: "key", id: made.id, name: input.name, workspaceId: owner.workspaceId },
        details: { agent: owner.id, agentName: owner.name, prefix: made.prefix, scopes, expiresAt: expiresAt?.toISOString() ?? null, ...(entries.length > 0 ? { allowedFrom: entries.slice(0, 100).map(({ range }) => range) } : {}) },
      },
    };
  });
}

function endOf(day: string): Date {
  const end = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
  if (end <= new Date()) {
    throw new AppError("invalid_input", "The last day of the key has passed.", { fields: { expiresOn: "must be today or later (UTC)" } });
  }
  return end;
}
