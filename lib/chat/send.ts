import { and, eq, getTableColumns, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { chatChannel, chatMessage } from "@/db/schema/chat";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { log } from "@/lib/log";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";
import { read, transact } from "@/lib/transact";
import { openAddress } from "./address";
import { ChatRefused, deliver } from "./deliver";

export const SendChatInput = z.strictObject({ messageId: z.uuid() });
export type SendChatInput = z.infer<typeof SendChatInput>;

/** So long a channel may be away before its admins are told. */
const patienceMs = 15 * 60_000;

/**
 * Posts one message that waits. Posted twice by a retry it has the same `webhook-id`; Slack and Teams have no such thing.
 * @throws ChatRefused when the other side may take it later; after what it will never take, the message is `failed`.
 */
export async function sendChat(ctx: Ctx, { messageId }: SendChatInput): Promise<void> {
  const found = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const fresh = gt(chatMessage.createdAt, sql`now() - interval '1 day'`);
    const [row] = await tx
      .select({ message: getTableColumns(chatMessage), channel: getTableColumns(chatChannel) })
      .from(chatMessage)
      .innerJoin(chatChannel, and(eq(chatChannel.id, chatMessage.channelId), isNull(chatChannel.pausedAt)))
      .where(and(eq(chatMessage.id, messageId), eq(chatMessage.status, "queued"), fresh));
    return row;
  });
  if (!found) return;
  const { message, channel } = found;
  try {
    await deliver({ kind: channel.kind, ...openAddress(channel) }, { id: message.id, items: message.items, more: message.more, at: message.createdAt });
  } catch (error) {
    if (!(error instanceof ChatRefused)) throw error;
    log.warn({ channelId: channel.id, reason: error.message }, "a message was not taken by a chat");
    await noteRefusal(ctx, { messageId, channelId: channel.id }, error);
    if (!error.forGood) throw error;
    return;
  }
  await notePosted(ctx, { messageId, channelId: channel.id });
}

type Which = { messageId: string; channelId: string };

async function notePosted(ctx: Ctx, { messageId, channelId }: Which): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    await tx.update(chatMessage).set({ status: "sent", endedAt: sql`now()` }).where(eq(chatMessage.id, messageId));
    await tx.update(chatChannel).set({ lastSentAt: sql`now()`, failingSince: null, lastError: null }).where(eq(chatChannel.id, channelId));
    return { value: undefined, audit: noAudit("what was told is in the audit itself") };
  });
}

/** Marks the channel, and tells those who can mend it, once, when waiting will not help or has not helped. */
async function noteRefusal(ctx: Ctx, { messageId, channelId }: Which, { message: reason, forGood }: ChatRefused): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    if (forGood) await tx.update(chatMessage).set({ status: "failed", endedAt: sql`now()` }).where(eq(chatMessage.id, messageId));
    const [channel] = await tx
      .update(chatChannel)
      .set({ lastError: reason, failingSince: sql`coalesce(${chatChannel.failingSince}, now())` })
      .where(eq(chatChannel.id, channelId))
      .returning();
    const since = channel?.failingSince;
    if (!channel || !since || (!forGood && Date.now() - since.getTime() < patienceMs)) return { value: undefined, audit: noAudit("it is tried again, or the channel is gone") };
    const admins = await peopleWith(tx, "settings", "update", null);
    const told = await notify(tx, ctx.organizationId, {
      personIds: admins.map(({ id }) => id),
      dedupeKey: `chat-failing:${channelId}:${since.toISOString()}`,
      title: `Notices do not reach the channel “${channel.name}”`,
      body: `${reason} What was to be told there stands in the portal.`,
      href: "/settings/notices",
    });
    if (told.length === 0) return { value: undefined, audit: noAudit("it was told before") };
    const { id, name, workspaceId, kind, shown } = channel;
    return { value: undefined, audit: { action: "chat.failed", outcome: "failure", resource: { type: "chat_channel", id, name, workspaceId }, details: { kind, address: shown, reason } } };
  });
}
