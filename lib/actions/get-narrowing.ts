import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { narrowing } from "@/db/schema/narrowing";
import { authorize } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";

export const GetNarrowingInput = z.strictObject({ id: z.uuid() });
export type GetNarrowingInput = z.infer<typeof GetNarrowingInput>;

/** What a person would approve instead, whole: the difference is for the agent to see. */
export const NarrowingView = z.object({
  id: z.uuid(),
  digest: z.string(),
  digestBefore: z.string(),
  reason: z.string(),
  amountMicros: z.int(),
  amountBeforeMicros: z.int(),
  seconds: z.int().nullable(),
  /** As they would be; also where they stay as they were asked. */
  arguments: z.record(z.string(), z.unknown()),
  argumentsChanged: z.boolean(),
  expiresAt: z.iso.datetime(),
});
export type NarrowingView = z.infer<typeof NarrowingView>;

/** @throws AppError `not_found` when it is not the agent's, or nothing is offered for it now. */
export async function getNarrowing(ctx: AgentCtx, input: GetNarrowingInput): Promise<NarrowingView> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "actions", "view", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const [row] = await tx
      .select({ offer: narrowing, expiresAt: approval.expiresAt, asked: action.arguments })
      .from(approval)
      .innerJoin(narrowing, eq(narrowing.id, approval.narrowingId))
      .innerJoin(action, eq(action.id, approval.actionId))
      .where(and(eq(approval.actionId, input.id), eq(approval.agentId, ctx.actor.id), eq(approval.status, "pending")));
    if (!row) throw notFound("offer");
    const { offer } = row;
    return {
      id: offer.id,
      digest: offer.digestAfter.toString("hex"),
      digestBefore: offer.digestBefore.toString("hex"),
      reason: offer.reason,
      amountMicros: offer.amountMicros,
      amountBeforeMicros: offer.amountBeforeMicros,
      seconds: offer.seconds,
      arguments: z.record(z.string(), z.unknown()).parse(JSON.parse(offer.argumentsAfter ?? row.asked)),
      argumentsChanged: offer.argumentsAfter !== null,
      expiresAt: row.expiresAt.toISOString(),
    };
  });
}
