import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { directory } from "@/db/schema/directory";
import { person } from "@/db/schema/people";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { lockDirectory } from "./row";

export const UpdateDirectoryInput = z.strictObject({
  id: z.uuid(),
  name: cleanText({ max: 80 }),
  /** Empty: agents of people who leave are suspended. */
  successorId: z.union([z.uuid(), z.literal("").transform(() => null)]).nullish(),
});
export type UpdateDirectoryInput = z.infer<typeof UpdateDirectoryInput>;

/** Changes the directory's name, and who answers for the agents of people whom it deactivates. */
export async function updateDirectory(ctx: PersonCtx, { id, name, successorId = null }: UpdateDirectoryInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.update", id);
    const before = await lockDirectory(tx, id);
    if (successorId) {
      const [heir] = await tx.select({ id: person.id }).from(person).where(and(eq(person.id, successorId), eq(person.status, "active")));
      if (!heir) throw notFound("active person");
    }
    await tx.update(directory).set({ name, successorId }).where(eq(directory.id, id));
    const details = { before: { name: before.name, successor: before.successorId }, after: { name, successor: successorId } };
    return { value: { id }, audit: { action: "directory.updated", resource: { type: "directory", id, name }, details } };
  });
}
