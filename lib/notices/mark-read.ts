import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { notice } from "@/db/schema/message";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";

export const MarkReadInput = z.strictObject({
  /** One notice; all of the caller's when it is not given. */
  id: z.uuid().optional(),
});
export type MarkReadInput = z.infer<typeof MarkReadInput>;

/** Marks the caller's own notices as read. Gives how many were not. */
export async function markRead(ctx: PersonCtx, input: MarkReadInput): Promise<{ count: number }> {
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const marked = await tx
      .update(notice)
      .set({ readAt: sql`now()` })
      .where(and(eq(notice.personId, ctx.actor.id), isNull(notice.readAt), input.id ? eq(notice.id, input.id) : undefined))
      .returning({ id: notice.id });
    if (marked.length > 0) publish(tx, ctx.organizationId, `notices:${ctx.actor.id}`);
    return { value: { count: marked.length }, audit: noAudit("a notice that was read changes nothing but its own mark") };
  });
}
