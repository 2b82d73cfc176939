import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

/** Refuses before an answer begins to stream, when a refusal can still be one. */
export function authorizeVerify(ctx: PersonCtx): Promise<void> {
  return read(ctx, async (tx) => authorize(tx, ctx, "audit", "view", { workspaceId: null }));
}
