import { eq } from "drizzle-orm";
import { directoryMember, directoryUser } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { unvouch } from "@/lib/chat/vouch";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import type { Change } from "@/lib/transact";
import { deprovision, userForAudit } from "./link";
import type { UserRow } from "./row";

/** Forgets a user whom the directory has no longer, so that the person leaves; for use inside a verb that has asked. */
export async function removeUser(tx: Tx, ctx: DirectoryCtx, before: UserRow): Promise<Change<null>> {
  const left = before.personId ? await deprovision(tx, ctx, before.personId) : { audit: [], send: [] };
  if (before.personId) await unvouch(tx, before.directoryId, before.personId);
  await tx.delete(directoryMember).where(eq(directoryMember.userId, before.id));
  await tx.delete(directoryUser).where(eq(directoryUser.id, before.id));
  const resource = { type: "directory_user", id: before.id, name: before.userName };
  const audit: AuditEntry[] = [{ action: "directory.user_deleted", resource, details: { before: userForAudit(before), person: before.personId } }, ...left.audit];
  return { value: null, audit, send: left.send };
}
