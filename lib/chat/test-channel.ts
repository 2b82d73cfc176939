import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { lockChannel, queueMessage, testItem } from "./row";

export const TestChannelInput = z.strictObject({ id: z.uuid() });
export type TestChannelInput = z.infer<typeof TestChannelInput>;

/** Posts one more message that tells of nothing. @throws AppError `conflict` when the channel is paused. */
export async function testChannel(ctx: PersonCtx, { id }: TestChannelInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const channel = await lockChannel(tx, id);
    if (channel.pausedAt) throw conflict("This channel is paused.", "Let it go on first.");
    const resource = { type: "chat_channel", id, name: channel.name, workspaceId: channel.workspaceId };
    return { value: { id }, audit: { action: "chat.tested", resource }, send: [await queueMessage(tx, channel, [testItem(channel.name)])] };
  });
}
