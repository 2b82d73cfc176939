import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { directory, directoryUser } from "@/db/schema/directory";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { notEnded } from "@/lib/people/access";
import { authorizeOver } from "@/lib/people/member";
import { recomputeRoles } from "./recompute";
import { vouchByDirectory } from "./users/vouch";

/** Decides one conflict; for use inside a verb that has asked. @throws AppError as `resolveConflict`. */
export async function decideConflict(tx: Tx, ctx: PersonCtx, userId: string, how: "adopt" | "leave"): Promise<{ value: { id: string }; audit: AuditEntry[] }> {
  const [found] = await tx
    .select({ user: directoryUser, directory })
    .from(directoryUser)
    .innerJoin(directory, and(eq(directory.id, directoryUser.directoryId), isNull(directory.disconnectedAt)))
    .where(eq(directoryUser.id, userId))
    .for("update", { of: directoryUser });
  if (!found) throw notFound("user of a directory");
  const { user } = found;
  if (!user.conflict) throw conflict(`There is nothing to decide about ${user.email} any more.`, "Load the page again.");
  const audit = how === "adopt" ? await adopt(tx, ctx, found) : await leaveAsIs(tx, user.id);
  const resource = { type: "directory_user", id: user.id, name: user.userName };
  return { value: { id: user.id }, audit: [{ action: "directory.conflict_resolved", resource, details: { conflict: user.conflict, how, email: user.email } }, ...audit] };
}

async function leaveAsIs(tx: Tx, id: string): Promise<AuditEntry[]> {
  await tx.update(directoryUser).set({ conflictDismissedAt: sql`now()` }).where(and(eq(directoryUser.id, id), isNotNull(directoryUser.conflict)));
  return [];
}

type Found = { user: typeof directoryUser.$inferSelect; directory: typeof directory.$inferSelect };

async function adopt(tx: Tx, ctx: PersonCtx, { user, directory: of }: Found): Promise<AuditEntry[]> {
  if (user.conflict !== "by_hand" && user.conflict !== "left") throw conflict(`${user.email} cannot be taken over.`, "The page says what to do instead.");
  const [known] = await tx.select({ id: person.id, status: person.status }).from(person).where(eq(person.email, user.email)).for("update");
  if (!known) throw conflict(`Nobody here has the address ${user.email} any more.`, "Have the directory send the user again.");
  const [taken] = await tx.select({ id: directoryUser.id }).from(directoryUser).where(eq(directoryUser.personId, known.id));
  if (taken) throw conflict(`Another directory has ${user.email} by now.`);
  const grants = await tx.select().from(roleGrant).where(and(eq(roleGrant.personId, known.id), notEnded()));
  authorizeOver(tx, ctx, "remove", grants);
  if (known.status === "left" && user.active) {
    await tx.update(person).set({ status: "active", leftAt: null, leftBy: null, accessVersion: sql`${person.accessVersion} + 1` }).where(eq(person.id, known.id));
  }
  await tx.update(directoryUser).set({ personId: known.id, conflict: null, conflictDismissedAt: null, version: sql`${directoryUser.version} + 1` }).where(eq(directoryUser.id, user.id));
  const vouched = await vouchByDirectory(tx, { ...user, personId: known.id });
  return [...vouched, ...(await recomputeRoles(tx, ctx, of, [known.id]))];
}
