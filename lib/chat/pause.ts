import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { chatChannel } from "@/db/schema/chat";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { lockChannel } from "./row";

export const PauseChannelInput = z.strictObject({ id: z.uuid(), paused: z.boolean() });
export type PauseChannelInput = z.infer<typeof PauseChannelInput>;

/** Stops a channel, or lets it go on. What came meanwhile is not told afterwards: it stands in the portal. */
export async function pauseChannel(ctx: PersonCtx, { id, paused }: PauseChannelInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const { name, workspaceId, pausedAt } = await lockChannel(tx, id);
    if (paused === (pausedAt !== null)) return { value: { id }, audit: noAudit("it was so already") };
    const now = sql`now()`;
    await tx.update(chatChannel).set(paused ? { pausedAt: now } : { pausedAt: null, since: now, failingSince: null, lastError: null }).where(eq(chatChannel.id, id));
    return { value: { id }, audit: { action: paused ? "chat.paused" : "chat.resumed", resource: { type: "chat_channel", id, name, workspaceId } } };
  });
}
