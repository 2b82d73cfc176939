import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { directory, directoryGroup, directoryMember, directoryUser, groupRole } from "@/db/schema/directory";
import { authorize } from "@/lib/ability/authorize";
import { unvouch } from "@/lib/chat/vouch";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { recomputeRoles } from "./recompute";
import { endSource } from "./pull/end";
import { lockDirectory } from "./row";

export const DisconnectDirectoryInput = z.strictObject({ id: z.uuid() });
export type DisconnectDirectoryInput = z.infer<typeof DisconnectDirectoryInput>;

/**
 * Ends a directory's access, and the roles that its groups gave. The people stay, with the roles that they were given by
 * hand: whether they still work here is no longer its to say.
 * @throws AppError `conflict` when nobody would be left to administer the organization.
 */
export async function disconnectDirectory(ctx: PersonCtx, { id }: DisconnectDirectoryInput): Promise<{ id: string; people: number }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.disconnect", id);
    const before = await lockDirectory(tx, id);
    const groups = tx.select({ id: directoryGroup.id }).from(directoryGroup).where(eq(directoryGroup.directoryId, id));
    await tx.delete(groupRole).where(inArray(groupRole.groupId, groups));
    const roles = await recomputeRoles(tx, ctx, before, null);
    await tx.delete(directoryMember).where(inArray(directoryMember.groupId, groups));
    await tx.delete(directoryGroup).where(eq(directoryGroup.directoryId, id));
    const gone = await tx.delete(directoryUser).where(eq(directoryUser.directoryId, id)).returning({ personId: directoryUser.personId });
    await unvouch(tx, id);
    await endSource(tx, id);
    await tx.update(directory).set({ disconnectedAt: sql`now()` }).where(and(eq(directory.id, id), isNull(directory.disconnectedAt)));
    const people = gone.filter(({ personId }) => personId !== null).length;
    const resource = { type: "directory", id, name: before.name };
    return { value: { id, people }, audit: [{ action: "directory.disconnected", resource, details: { people, users: gone.length } }, ...roles] };
  });
}
