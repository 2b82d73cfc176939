import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { person, roleGrant } from "@/db/schema/people";
import { ssoIdentity } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { unvouch } from "@/lib/chat/vouch";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { notEnded } from "@/lib/people/access";
import { authorizeOver } from "@/lib/people/member";
import { transact } from "@/lib/transact";
import { findConnection, resourceOf } from "./connection";

export const ResolveIdentityInput = z.strictObject({ id: z.uuid(), who: z.enum(["same_person", "somebody_else"]) });
export type ResolveIdentityInput = z.infer<typeof ResolveIdentityInput>;

/**
 * Decides who the other account at the provider is that came with a person's address. `same_person`: theirs was made anew,
 * and signs them in from now on, instead of the one before; `somebody_else`: it stays out.
 * @throws AppError `conflict` when there is nothing to decide any more; `forbidden` for a person above the caller.
 */
export async function resolveIdentity(ctx: PersonCtx, { id, who }: ResolveIdentityInput): Promise<{ email: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "sso.resolve_identity", `${id} ${who}`);
    const [found] = await tx.select().from(ssoIdentity).where(and(eq(ssoIdentity.id, id), isNull(ssoIdentity.removedAt))).for("update");
    if (!found) throw notFound("identity");
    const connection = await findConnection(tx, found.connectionId);
    if (found.conflict !== "other_subject" && found.conflict !== "refused") throw conflict("There is nothing to decide any more.", "Load the page again.");
    if (who === "same_person") await tieTo(tx, ctx, found);
    else await tx.update(ssoIdentity).set({ conflict: "refused" }).where(eq(ssoIdentity.id, id));
    const details = { subject: found.subject, email: found.email, decided: who };
    return { value: { email: found.email }, audit: { action: "sso.identity_conflict_resolved", resource: resourceOf(connection), details } };
  });
}

async function tieTo(tx: Tx, ctx: PersonCtx, { id, connectionId, email }: typeof ssoIdentity.$inferSelect): Promise<void> {
  const [known] = await tx.select({ id: person.id }).from(person).where(eq(person.email, email));
  if (!known) throw conflict(`Nobody here has the address ${email} any more.`, "Whoever comes with it next is somebody new.");
  const grants = await tx.select().from(roleGrant).where(and(eq(roleGrant.personId, known.id), notEnded()));
  // To give an account to somebody is to give all that its person may do.
  authorizeOver(tx, ctx, "update_role", grants);
  await tx.update(ssoIdentity).set({ removedAt: sql`now()` }).where(and(eq(ssoIdentity.connectionId, connectionId), eq(ssoIdentity.personId, known.id), isNull(ssoIdentity.removedAt)));
  await unvouch(tx, connectionId, known.id);
  await tx.update(ssoIdentity).set({ personId: known.id, conflict: null }).where(eq(ssoIdentity.id, id));
}
