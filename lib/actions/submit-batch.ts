import { z } from "zod";
import { authorize, may } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { IdempotencyKey, SubmitActionInput } from "./schemas";
import { submitAction, type Submitted } from "./submit";

/** Most actions of one batch. */
export const maxBatch = 100;

/** One action of a batch, with the idempotency key that a single one has in its header. */
export const BatchedActionInput = SubmitActionInput.extend({ idempotencyKey: IdempotencyKey });

const AnyKey = z.object({ idempotencyKey: z.string().max(255) });

/** What became of one of them, by its key; `error` is what a single submission would have thrown. */
export type BatchedOutcome = { idempotencyKey: string | null } & ({ submitted: Submitted } | { error: unknown });

/**
 * Decides several actions, each for itself and in their order, as if they had been sent alone: what is wrong with one is
 * said of it and keeps none of the others back. They arrive together, so the group commit writes them together.
 */
export async function submitBatch(ctx: AgentCtx, items: readonly unknown[]): Promise<BatchedOutcome[]> {
  const target = { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id };
  // Once for all of them: a hundred denials of one call would say no more.
  if (!may(ctx, "actions", "submit", target)) await read(ctx, async (tx) => authorize(tx, ctx, "actions", "submit", target));
  return Promise.all(
    items.map(async (item): Promise<BatchedOutcome> => {
      const named = AnyKey.safeParse(item);
      try {
        const { idempotencyKey, ...input } = BatchedActionInput.parse(item);
        return { idempotencyKey, submitted: await submitAction(ctx, input, idempotencyKey) };
      } catch (error) {
        return { idempotencyKey: named.success ? named.data.idempotencyKey : null, error };
      }
    }),
  );
}
