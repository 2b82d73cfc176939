import { eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import type { ActionView } from "./schemas";
import { actionView, selectActions } from "./view";

export const GetActionInput = z.strictObject({ id: z.uuid() });
export type GetActionInput = z.infer<typeof GetActionInput>;

/** @throws AppError `not_found`; an agent sees its own actions only. */
export async function getAction(ctx: Ctx, input: GetActionInput): Promise<ActionView> {
  return read(ctx, async (tx) => {
    const [row] = await selectActions(tx, eq(action.id, input.id));
    if (!row || (ctx.actor.kind === "agent" && row.agentId !== ctx.actor.id)) {
      authorize(tx, ctx, "actions", "view", { workspaceId: null, ...(ctx.actor.kind === "agent" ? { agentId: ctx.actor.id } : {}) });
      throw notFound("action");
    }
    authorize(tx, ctx, "actions", "view", row);
    return actionView(row);
  });
}
