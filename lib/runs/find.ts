import { eq } from "drizzle-orm";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";

/**
 * The run, if the caller may see it.
 * @throws AppError `not_found`, also for what belongs to another agent; `forbidden` without the permission.
 */
export async function findRun(tx: Tx, ctx: Ctx, id: string): Promise<typeof run.$inferSelect> {
  const [row] = await tx.select().from(run).where(eq(run.id, id));
  if (!row || (ctx.actor.kind === "agent" && row.agentId !== ctx.actor.id)) {
    authorizeAnywhere(tx, ctx, "runs", "view");
    throw notFound("run");
  }
  authorize(tx, ctx, "runs", "view", row);
  return row;
}
