import { and, count, eq } from "drizzle-orm";
import { z } from "zod";
import { savedView } from "@/db/schema/people";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { isTimeLimited } from "@/lib/ability/time-limited";

const mostViews = 50;

export const SaveViewInput = z.strictObject({
  name: cleanText({ max: 80 }),
  /** The page's query string. Cursors are left out: a view begins at the newest event. */
  query: z.string().max(2_000),
});
export type SaveViewInput = z.infer<typeof SaveViewInput>;

/**
 * Keeps a search of the audit page under a name, for the person alone.
 * @throws AppError `forbidden` for roles that end on a set day, which change nothing anywhere: an address is their view.
 */
export async function saveView(ctx: PersonCtx, { name, query }: SaveViewInput): Promise<{ id: string }> {
  const id = newId();
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", viewTarget(ctx));
    if (isTimeLimited(ctx)) {
      throw new AppError("forbidden", "A read-only account keeps nothing.", { hint: "Copy the address of the page instead: it holds the whole search.", extensions: { permission: "views.save" } });
    }
    const mine = and(eq(savedView.personId, ctx.actor.id), eq(savedView.page, "audit"));
    const [{ total } = { total: 0 }] = await tx.select({ total: count() }).from(savedView).where(mine);
    if (total >= mostViews) throw conflict(`You keep ${mostViews} views already.`, "Delete one first.");
    const values = { id, organizationId: ctx.organizationId, personId: ctx.actor.id, page: "audit", name, query: withoutPosition(query) };
    const saved = await tx.insert(savedView).values(values).onConflictDoNothing().returning({ id: savedView.id });
    if (saved.length === 0) throw conflict(`There is a view named '${name}' already.`, "Choose another name, or delete the other one.");
    return { value: { id }, audit: { action: "views.saved", resource: { type: "view", id, name }, details: { page: "audit", query: values.query } } };
  });
}

/** Somewhere the person may see events: their whole organization, or one of their workspaces. */
export function viewTarget(ctx: PersonCtx): { workspaceId: string | null } {
  const rules = ctx.ability.rulesFor("view", "audit").filter(({ inverted }) => !inverted);
  return { workspaceId: rules.find((rule) => rule.conditions?.workspaceId)?.conditions?.workspaceId ?? null };
}

function withoutPosition(query: string): string {
  const params = new URLSearchParams(query);
  for (const name of ["after", "before", "event"]) params.delete(name);
  return params.toString();
}
