import { eq } from "drizzle-orm";
import { z } from "zod";
import { chatChannel, chatMessage, chatPress, chatTold } from "@/db/schema/chat";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockChannel } from "./row";

export const RemoveChannelInput = z.strictObject({ id: z.uuid() });
export type RemoveChannelInput = z.infer<typeof RemoveChannelInput>;

/** Ends a channel, with its address and what still waited for it. */
export async function removeChannel(ctx: PersonCtx, { id }: RemoveChannelInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const { kind, name, shown, workspaceId } = await lockChannel(tx, id);
    await requireFreshProof(tx, ctx, "chat.remove", id);
    await tx.delete(chatMessage).where(eq(chatMessage.channelId, id));
    await tx.delete(chatPress).where(eq(chatPress.channelId, id));
    await tx.delete(chatTold).where(eq(chatTold.channelId, id));
    await tx.delete(chatChannel).where(eq(chatChannel.id, id));
    return { value: { id }, audit: { action: "chat.removed", resource: { type: "chat_channel", id, name, workspaceId }, details: { kind, address: shown } } };
  });
}
