import { and, asc, eq } from "drizzle-orm";
import { savedView } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

export type SavedView = { id: string; name: string; query: string };

/** The person's own views of the audit page, by name. */
export async function listViews(ctx: PersonCtx): Promise<SavedView[]> {
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const mine = and(eq(savedView.personId, ctx.actor.id), eq(savedView.page, "audit"));
    return tx.select({ id: savedView.id, name: savedView.name, query: savedView.query }).from(savedView).where(mine).orderBy(asc(savedView.name)).limit(50);
  });
}
