import { and, eq, isNull, sql } from "drizzle-orm";
import { notice } from "@/db/schema/message";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

const countedTo = 1_000;

/** How many of the caller's notices are unread, counted to 1,000: for the bell. */
export async function unreadCount(ctx: PersonCtx): Promise<number> {
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const some = tx
      .select({ one: sql`1` })
      .from(notice)
      .where(and(eq(notice.personId, ctx.actor.id), isNull(notice.readAt)))
      .limit(countedTo)
      .as("some");
    const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(some);
    return row?.count ?? 0;
  });
}
