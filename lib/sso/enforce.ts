import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { findConnection, resourceOf } from "./connection";
import { eligible } from "./list-glass";
import { findDomain } from "./verify-domain";

export const EnforceDomainInput = z.strictObject({
  id: z.uuid(),
  /** Who may still come in with a password, should the identity provider fail; null turns enforcement off. */
  breakGlassPersonId: z.union([z.uuid(), z.null(), z.literal("").transform(() => null)]),
});
export type EnforceDomainInput = z.infer<typeof EnforceDomainInput>;

/**
 * Requires single sign-on of everybody whose address is of the domain, but one admin; or no longer does.
 * @throws AppError `conflict` before the domain is verified and a test has succeeded; `invalid_input` for somebody who could
 * not come in with a password themselves.
 */
export async function enforceDomain(ctx: PersonCtx, { id, breakGlassPersonId }: EnforceDomainInput): Promise<{ domain: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.enforce", id);
    const { domain, connectionId, verifiedAt } = await findDomain(tx, id);
    const connection = await findConnection(tx, connectionId);
    if (breakGlassPersonId) {
      if (!verifiedAt) throw conflict(`${domain} is not verified yet.`, "Verify it first, by its TXT record.");
      if (!connection.testedAt) throw conflict("The connection was never tested with success.", "Sign in by it once with “Test”, so that nobody is shut out.");
      await requireGlass(tx, breakGlassPersonId);
    }
    // Another person for a domain that is enforced already: since when it is, stays.
    await tx.update(ssoDomain).set({ enforcedAt: breakGlassPersonId ? sql`coalesce(${ssoDomain.enforcedAt}, now())` : null, breakGlassPersonId }).where(eq(ssoDomain.id, id));
    const action = breakGlassPersonId ? "sso.enforced" : "sso.enforcement_ended";
    return { value: { domain }, audit: { action, resource: resourceOf(connection), details: { domain, breakGlass: breakGlassPersonId } } };
  });
}

async function requireGlass(tx: Tx, id: string): Promise<void> {
  const [found] = await eligible(tx, id);
  if (found) return;
  throw new AppError("invalid_input", "Who keeps the way in must be an active organization admin, without an end date, who has a password and an authenticator app or a passkey.", {
    fields: { breakGlassPersonId: "must be an organization admin with a password and a factor" },
  });
}
