import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { savedView } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";

export const DeleteViewInput = z.strictObject({ id: z.uuid() });
export type DeleteViewInput = z.infer<typeof DeleteViewInput>;

/** Deletes a view of the person's own. */
export async function deleteView(ctx: PersonCtx, { id }: DeleteViewInput): Promise<null> {
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const [gone] = await tx.delete(savedView).where(and(eq(savedView.id, id), eq(savedView.personId, ctx.actor.id))).returning({ name: savedView.name });
    if (!gone) throw notFound("view");
    return { value: null, audit: { action: "views.deleted", resource: { type: "view", id, name: gone.name } } };
  });
}
