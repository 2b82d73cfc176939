import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { ssoConnection } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { readCertificate, viewOf } from "./certificate";
import { findConnection, resourceOf } from "./connection";
import { mergedCertificates } from "./metadata-changes";

export const AddCertificateInput = z.strictObject({ id: z.uuid(), certificate: cleanText({ max: 20_000, lines: true }) });
export type AddCertificateInput = z.infer<typeof AddCertificateInput>;

/** Takes answers that are signed by one more certificate, beside those it has. @throws AppError `conflict` where it is here, or there are too many. */
export async function addCertificate(ctx: PersonCtx, { id, certificate }: AddCertificateInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.add_certificate", id);
    const connection = await findConnection(tx, id);
    if (connection.kind !== "saml") throw conflict("This provider's keys are read at each sign-in.", "It needs no certificate.");
    const added = readCertificate(certificate);
    const held = connection.certificates ?? [];
    if (held.includes(added)) throw conflict("This certificate is here already.");
    const certificates = mergedCertificates(held, [added], { dropMissing: false });
    await tx.update(ssoConnection).set({ certificates }).where(and(eq(ssoConnection.id, id), isNull(ssoConnection.removedAt)));
    return { value: { id }, audit: { action: "sso.provider_changed", resource: resourceOf(connection), details: { added: [viewOf(added).fingerprint], by: "hand" } } };
  });
}
