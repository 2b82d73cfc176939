import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { ssoDomain } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { findConnection, resourceOf } from "./connection";
import { findDomain } from "./verify-domain";

export const RemoveDomainInput = z.strictObject({ id: z.uuid() });
export type RemoveDomainInput = z.infer<typeof RemoveDomainInput>;

/** Takes a domain from its connection: its addresses sign in by password again. @throws AppError `conflict` while it is enforced. */
export async function removeDomain(ctx: PersonCtx, { id }: RemoveDomainInput): Promise<{ domain: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.remove_domain", id);
    const { domain, connectionId, enforcedAt } = await findDomain(tx, id);
    if (enforcedAt) throw conflict(`Everybody of ${domain} needs single sign-on.`, "Turn that off first.");
    await tx.update(ssoDomain).set({ removedAt: sql`now()` }).where(eq(ssoDomain.id, id));
    return { value: { domain }, audit: { action: "sso.domain_removed", resource: resourceOf(await findConnection(tx, connectionId)), details: { domain } } };
  });
}
