import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { ssoConnection } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { findConnection, resourceOf } from "./connection";
import { foundFor } from "./found-metadata";
import { changesOf, mergedCertificates } from "./metadata-changes";
import { makeOwnKey } from "./own-key";
import { PreviewMetadataInput } from "./preview-metadata";

export const ReadMetadataAnewInput = PreviewMetadataInput.extend({
  /** Of the changes that the caller saw. */
  digest: z.string().length(64),
  dropMissing: z.union([z.boolean(), z.stringbool()]).default(false),
});
export type ReadMetadataAnewInput = z.infer<typeof ReadMetadataAnewInput>;

/**
 * Takes from a provider's metadata what the caller saw in the preview: new certificates beside the old ones, and where
 * requests go.
 * @throws AppError `conflict` when the metadata changed since, or are another provider's.
 */
export async function readMetadataAnew(ctx: PersonCtx, input: ReadMetadataAnewInput): Promise<{ id: string }> {
  const { connection: known, found } = await foundFor(input, ctx);
  // A connection of before has no key of ours, without which its provider cannot be asked to sign anybody out.
  const made = found.signOutUrl && !known.privateKey ? await makeOwnKey(input.id) : null;
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.read_metadata", input.id);
    const connection = await findConnection(tx, input.id);
    const { refusal, digest, signInUrl, signOutUrl, added, missing } = changesOf(connection, found);
    if (refusal) throw conflict(refusal);
    if (digest !== input.digest) throw conflict("The metadata changed since you looked at them.", "Preview them again.");
    const certificates = mergedCertificates(connection.certificates ?? [], found.certificates, input);
    await tx
      .update(ssoConnection)
      .set({ certificates, signInUrl: found.signInUrl, ...(signOutUrl ? { signOutUrl: signOutUrl.after } : {}), metadataReadAt: sql`now()`, metadataError: null, ...(input.metadataUrl ? { metadataUrl: input.metadataUrl } : {}), ...(signInUrl ? { testedAt: null } : {}) })
      .where(and(eq(ssoConnection.id, input.id), isNull(ssoConnection.removedAt)));
    if (made) await tx.update(ssoConnection).set(made).where(and(eq(ssoConnection.id, input.id), isNull(ssoConnection.privateKey)));
    const details = { signInUrl, signOutUrl, added: added.map((each) => each.fingerprint), removed: input.dropMissing ? missing.map((each) => each.fingerprint) : [], by: "metadata" };
    return { value: { id: input.id }, audit: { action: "sso.provider_changed", resource: resourceOf(connection), details } };
  });
}
