import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { ActionView } from "./schemas";
import { actionView, selectActions } from "./view";

export const ListWaitingInput = z.strictObject({ agentId: z.uuid(), size: z.int().min(1).max(50).default(10) });
export type ListWaitingInput = z.input<typeof ListWaitingInput>;

/**
 * Allowed actions of an agent that wait for their turn, in the order in which they asked for it; `size` of them at most.
 * `askedAt`: when its turn was last asked for. Who asks no more keeps the place, and lets those behind it begin.
 */
export async function listWaiting(ctx: Ctx, input: ListWaitingInput): Promise<(ActionView & { askedAt: Date | null })[]> {
  const { agentId, size } = ListWaitingInput.parse(input);
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "actions", "view");
    const visible = whereAllowed(tx, ctx, "actions", "view", { workspaceId: action.workspaceId, agentId: action.agentId });
    const waits = and(eq(action.agentId, agentId), eq(action.status, "allowed"), isNotNull(action.queuedAt), gt(action.grantExpiresAt, sql`now()`));
    const rows = await selectActions(tx, and(visible, waits)).orderBy(asc(action.queuedAt), asc(action.id)).limit(size);
    return rows.map((row) => ({ ...actionView(row), askedAt: row.turnAskedAt }));
  });
}
