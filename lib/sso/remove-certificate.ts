import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { ssoConnection } from "@/db/schema/sso";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { viewOf } from "./certificate";
import { findConnection, resourceOf } from "./connection";

export const RemoveCertificateInput = z.strictObject({ id: z.uuid(), fingerprint: z.string().regex(/^[0-9a-f]{64}$/) });
export type RemoveCertificateInput = z.infer<typeof RemoveCertificateInput>;

/** Takes no answers any more that are signed by this certificate. @throws AppError `conflict` for the last one. */
export async function removeCertificate(ctx: PersonCtx, { id, fingerprint }: RemoveCertificateInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.remove_certificate", `${id} ${fingerprint}`);
    const connection = await findConnection(tx, id);
    const held = connection.certificates ?? [];
    const certificates = held.filter((each) => viewOf(each).fingerprint !== fingerprint);
    if (certificates.length === held.length) throw notFound("certificate");
    if (certificates.length === 0) throw conflict("This is the only certificate: nobody could sign in.", "Add the next one first.");
    await tx.update(ssoConnection).set({ certificates }).where(and(eq(ssoConnection.id, id), isNull(ssoConnection.removedAt)));
    return { value: { id }, audit: { action: "sso.provider_changed", resource: resourceOf(connection), details: { removed: [fingerprint], by: "hand" } } };
  });
}
