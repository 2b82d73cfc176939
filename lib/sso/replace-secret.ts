import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { ssoConnection } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { findConnection, resourceOf } from "./connection";
import { seal } from "./seal";

export const ReplaceSecretInput = z.strictObject({ id: z.uuid(), clientSecret: cleanText({ max: 1_000 }) });
export type ReplaceSecretInput = z.infer<typeof ReplaceSecretInput>;

/** Gives an OpenID Connect connection the client's new secret; the one before is forgotten. The test must be made again before it is required of anybody new. */
export async function replaceSecret(ctx: PersonCtx, { id, clientSecret }: ReplaceSecretInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.replace_secret", id);
    const connection = await findConnection(tx, id);
    if (connection.kind !== "oidc") throw conflict("A SAML provider has no client secret.");
    await tx.update(ssoConnection).set({ clientSecret: seal(clientSecret, id), testedAt: null }).where(and(eq(ssoConnection.id, id), isNull(ssoConnection.removedAt)));
    return { value: { id }, audit: { action: "sso.provider_changed", resource: resourceOf(connection), details: { clientSecret: "replaced", by: "hand" } } };
  });
}
