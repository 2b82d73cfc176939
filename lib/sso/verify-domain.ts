import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { sqlState } from "@/db/error";
import { ssoDomain } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { read, transact } from "@/lib/transact";
import { challengeName, challengeText, txtRecords } from "./challenge";
import { findConnection, resourceOf } from "./connection";

export const VerifyDomainInput = z.strictObject({ id: z.uuid() });
export type VerifyDomainInput = z.infer<typeof VerifyDomainInput>;

/**
 * Looks for the TXT record by which who has the domain says that it is this organization's.
 * @throws AppError `conflict` where the record is not seen, or another organization here has verified the domain.
 */
export async function verifyDomain(ctx: PersonCtx, { id }: VerifyDomainInput, lookUp: typeof txtRecords = txtRecords): Promise<{ domain: string }> {
  const named = await read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    return findDomain(tx, id);
  });
  const records = await lookUp(challengeName(named.domain));
  if (!records.includes(challengeText(named.challenge))) {
    throw conflict(`There is no TXT record with that text at ${challengeName(named.domain)} yet.`, "New records can take an hour to be seen everywhere. Check the name and the text, and try again.");
  }
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.verify_domain", id);
    const { domain, connectionId } = await findDomain(tx, id);
    const connection = await findConnection(tx, connectionId);
    await tx.update(ssoDomain).set({ verifiedAt: sql`coalesce(${ssoDomain.verifiedAt}, now())` }).where(eq(ssoDomain.id, id));
    return { value: { domain }, audit: { action: "sso.domain_verified", resource: resourceOf(connection), details: { domain } } };
  }).catch((error: unknown) => {
    if (sqlState(error) === "23505") throw conflict(`${named.domain} was verified by another organization of this installation.`, "Ask who runs the installation.");
    throw error;
  });
}

/** @throws AppError `not_found`. */
export async function findDomain(tx: Tx, id: string): Promise<typeof ssoDomain.$inferSelect> {
  const [row] = await tx.select().from(ssoDomain).where(and(eq(ssoDomain.id, id), isNull(ssoDomain.removedAt)));
  if (!row) throw notFound("domain");
  return row;
}
