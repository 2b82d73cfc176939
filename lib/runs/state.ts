import { eq } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";

export const RunStateInput = z.strictObject({ runId: z.uuid() });
export type RunStateInput = z.infer<typeof RunStateInput>;

export type RunState = { finished: boolean; actionStatus: string; approvalExpiresAt: string | null; wallTimeLimitMs: number };

/** What the durable function needs to know: read before and after each of its waits. */
export async function runState(ctx: Ctx, input: RunStateInput): Promise<RunState> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "runs", "view", { workspaceId: null });
    const [row] = await tx
      .select({ finishedAt: run.finishedAt, wallTimeLimitMs: run.wallTimeLimitMs, actionStatus: action.status, expiresAt: approval.expiresAt })
      .from(run)
      .innerJoin(action, eq(action.id, run.actionId))
      .leftJoin(approval, eq(approval.actionId, action.id))
      .where(eq(run.id, input.runId));
    if (!row) throw notFound("run");
    return {
      finished: row.finishedAt !== null,
      actionStatus: row.actionStatus,
      approvalExpiresAt: row.expiresAt?.toISOString() ?? null,
      wallTimeLimitMs: row.wallTimeLimitMs,
    };
  });
}
