import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { notice } from "@/db/schema/message";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { keysetPage, type Page } from "@/lib/keyset";
import { read } from "@/lib/transact";

export const ListNoticesInput = z.strictObject({
  unread: z.boolean().default(false),
  after: z.string().max(1_000).nullish(),
  before: z.string().max(1_000).nullish(),
  size: z.int().min(1).max(100).optional(),
});
export type ListNoticesInput = z.infer<typeof ListNoticesInput>;

export type ListedNotice = Pick<typeof notice.$inferSelect, "id" | "title" | "body" | "href" | "createdAt" | "readAt">;

/** The caller's own notices, newest first. */
export async function listNotices(ctx: PersonCtx, input: ListNoticesInput): Promise<Page<ListedNotice>> {
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    return keysetPage<ListedNotice>(
      { column: notice.createdAt, id: notice.id, direction: "desc" },
      input,
      ({ where, orderBy, limit }) =>
        tx
          .select({ id: notice.id, title: notice.title, body: notice.body, href: notice.href, createdAt: notice.createdAt, readAt: notice.readAt })
          .from(notice)
          .where(and(eq(notice.personId, ctx.actor.id), input.unread ? isNull(notice.readAt) : undefined, where))
          .orderBy(...orderBy)
          .limit(limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
  });
}
