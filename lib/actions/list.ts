import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { keysetPage, type Page } from "@/lib/keyset";
import { read } from "@/lib/transact";
import { actionStatuses, type ActionView } from "./schemas";
import { actionView, selectActions } from "./view";

export const ListActionsInput = z.strictObject({
  status: z.enum(actionStatuses).optional(),
  agentId: z.uuid().optional(),
  after: z.string().max(1000).optional(),
  before: z.string().max(1000).optional(),
  size: z.coerce.number().int().min(1).max(100).optional(),
});
export type ListActionsInput = z.infer<typeof ListActionsInput>;

/** Actions that the caller may see, newest first, by keyset pages. */
export async function listActions(ctx: Ctx, input: ListActionsInput): Promise<Page<ActionView>> {
  return read(ctx, async (tx) => {
    // A key without the scope is told so: an empty list would say that there is nothing.
    authorizeAnywhere(tx, ctx, "actions", "view");
    const visible = whereAllowed(tx, ctx, "actions", "view", { workspaceId: action.workspaceId, agentId: action.agentId });
    const filter = and(
      visible,
      input.status ? eq(action.status, input.status) : undefined,
      input.agentId ? eq(action.agentId, input.agentId) : undefined,
    );
    const page = await keysetPage(
      { column: action.createdAt, id: action.id, direction: "desc" },
      input,
      ({ where, orderBy, limit }) => selectActions(tx, and(filter, where)).orderBy(...orderBy).limit(limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
    return { ...page, rows: page.rows.map(actionView) };
  });
}
