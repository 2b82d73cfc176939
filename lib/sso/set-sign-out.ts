import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { ssoConnection } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { read, transact } from "@/lib/transact";
import { requireProviderAddress } from "./bounded-fetch";
import { findConnection, resourceOf } from "./connection";
import { makeOwnKey } from "./own-key";

export const SetSignOutInput = z.strictObject({
  id: z.uuid(),
  /** Empty: signing out here leaves the session at the provider. */
  signOutUrl: cleanText({ min: 0, max: 1_000 }).default(""),
  signsRequests: z.union([z.boolean(), z.stringbool()]).default(false),
});
export type SetSignOutInput = z.infer<typeof SetSignOutInput>;

/**
 * Says where a SAML provider is asked to end its session, and whether requests to sign in are signed, too. A connection that
 * has no key of ours yet gets one.
 * @throws AppError `invalid_input` for an address that is none of a provider; `conflict` for OpenID Connect.
 */
export async function setSignOut(ctx: PersonCtx, { id, signOutUrl, signsRequests }: SetSignOutInput): Promise<{ id: string }> {
  const { privateKey } = await read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    return findConnection(tx, id);
  });
  if (signOutUrl) requireProviderAddress(signOutUrl);
  const made = privateKey ? null : await makeOwnKey(id);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.set_sign_out", id);
    const before = await findConnection(tx, id);
    if (before.kind !== "saml") throw conflict("This provider says itself where one signs out.", "It needs no address.");
    const after = { signOutUrl: signOutUrl || null, signsRequests };
    await tx.update(ssoConnection).set(after).where(and(eq(ssoConnection.id, id), isNull(ssoConnection.removedAt)));
    if (made) await tx.update(ssoConnection).set(made).where(and(eq(ssoConnection.id, id), isNull(ssoConnection.privateKey)));
    const details = { before: { signOutUrl: before.signOutUrl, signsRequests: before.signsRequests }, after, by: "hand" };
    return { value: { id }, audit: { action: "sso.provider_changed", resource: resourceOf(before), details } };
  });
}
