import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { directory, directoryUser } from "@/db/schema/directory";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { AuditEntry } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { notEnded } from "@/lib/people/access";
import { authorizeOver } from "@/lib/people/member";
import { recomputeRoles } from "./recompute";

export const ResolveConflictInput = z.strictObject({ userId: z.uuid(), how: z.enum(["adopt", "leave"]) });
export type ResolveConflictInput = z.infer<typeof ResolveConflictInput>;

/**
 * Decides a conflict between what a directory says and who is here. `adopt`: the person here is the directory's from now on,
 * which may rename and remove them, and somebody who was removed is let in again; `leave`: both stay as they are.
 * @throws AppError `conflict` when there is nothing to decide, or the address is not of this organization; `forbidden` for
 * somebody above the caller.
 */
export async function resolveConflict(ctx: PersonCtx, { userId, how }: ResolveConflictInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.resolve", `${userId} ${how}`);
    const [found] = await tx
      .select({ user: directoryUser, directory })
      .from(directoryUser)
      .innerJoin(directory, and(eq(directory.id, directoryUser.directoryId), isNull(directory.disconnectedAt)))
      .where(eq(directoryUser.id, userId))
      .for("update", { of: directoryUser });
    if (!found) throw notFound("user of a directory");
    const { user } = found;
    if (!user.conflict) throw conflict("There is nothing to decide any more.", "Load the page again.");
    const audit = how === "adopt" ? await adopt(tx, ctx, found) : await leaveAsIs(tx, user.id);
    const resource = { type: "directory_user", id: user.id, name: user.userName };
    return { value: { id: user.id }, audit: [{ action: "directory.conflict_resolved", resource, details: { conflict: user.conflict, how, email: user.email } }, ...audit] };
  });
}

async function leaveAsIs(tx: Tx, id: string): Promise<AuditEntry[]> {
  await tx.update(directoryUser).set({ conflictDismissedAt: sql`now()` }).where(and(eq(directoryUser.id, id), isNotNull(directoryUser.conflict)));
  return [];
}

type Found = { user: typeof directoryUser.$inferSelect; directory: typeof directory.$inferSelect };

async function adopt(tx: Tx, ctx: PersonCtx, { user, directory: of }: Found): Promise<AuditEntry[]> {
  if (user.conflict !== "by_hand" && user.conflict !== "left") throw conflict("This cannot be taken over.", "The page says what to do instead.");
  const [known] = await tx.select({ id: person.id, status: person.status }).from(person).where(eq(person.email, user.email)).for("update");
  if (!known) throw conflict("Nobody here has this address any more.", "Have the directory send the user again.");
  const [taken] = await tx.select({ id: directoryUser.id }).from(directoryUser).where(eq(directoryUser.personId, known.id));
  if (taken) throw conflict("Another directory has this person by now.");
  const grants = await tx.select().from(roleGrant).where(and(eq(roleGrant.personId, known.id), notEnded()));
  authorizeOver(tx, ctx, "remove", grants);
  if (known.status === "left" && user.active) {
    await tx.update(person).set({ status: "active", leftAt: null, leftBy: null, accessVersion: sql`${person.accessVersion} + 1` }).where(eq(person.id, known.id));
  }
  await tx.update(directoryUser).set({ personId: known.id, conflict: null, conflictDismissedAt: null, version: sql`${directoryUser.version} + 1` }).where(eq(directoryUser.id, user.id));
  return recomputeRoles(tx, ctx, of, [known.id]);
}
