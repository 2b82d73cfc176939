import { and, eq, getTableColumns, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { chatChannel, chatMessage, type ChatReply } from "@/db/schema/chat";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { log } from "@/lib/log";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";
import { read, transact } from "@/lib/transact";
import { openAddress, openReplyUrl } from "./address";
import { deliver, deliverReply } from "./deliver";
import { drawItems } from "./draw";
import { bodyOf, type DrawnItem, slackNote } from "./format";
import { ChatRefused } from "./refused";
import type { ChannelRow } from "./row";

export const SendChatInput = z.strictObject({ messageId: z.uuid() });
export type SendChatInput = z.infer<typeof SendChatInput>;

/** So long a channel may be away before its admins are told. */
const patienceMs = 15 * 60_000;

/**
 * Posts one message that waits, or the answer to a press of a button. Posted twice by a retry it has the same `webhook-id`;
 * Slack and Teams have no such thing.
 * @throws ChatRefused when the other side may take it later; after what it will never take, the message is `failed`.
 */
export async function sendChat(ctx: Ctx, { messageId }: SendChatInput): Promise<void> {
  const found = await load(ctx, messageId);
  if (!found) return;
  const { message, channel, items } = found;
  const isReply = message.reply !== null;
  try {
    if (channel.notBefore && channel.notBefore.getTime() > Date.now() && !isReply) throw new ChatRefused("The other side wants nothing more for now.", false, channel.notBefore);
    if (message.reply && message.replyUrl) await deliverReply(openReplyUrl({ id: messageId, replyUrl: message.replyUrl }), replyOf(message.reply, found));
    else await deliver({ kind: channel.kind, ...openAddress(channel) }, { id: message.id, items, more: message.more, at: message.createdAt });
  } catch (error) {
    if (!(error instanceof ChatRefused)) throw error;
    log.warn({ channelId: channel.id, reason: error.message, isReply }, "a message was not taken by a chat");
    if (isReply) await noteLost(ctx, messageId, error);
    else await noteRefusal(ctx, { messageId, channelId: channel.id }, error);
    if (!error.forGood) throw error;
    return;
  }
  await notePosted(ctx, { messageId, channelId: channel.id, isReply });
}

type Found = { message: typeof chatMessage.$inferSelect; channel: ChannelRow; items: DrawnItem[]; more: number };

/** What waits, drawn as things stand now. */
async function load(ctx: Ctx, messageId: string): Promise<Found | null> {
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const fresh = gt(chatMessage.createdAt, sql`now() - interval '1 day'`);
    const [row] = await tx
      .select({ message: getTableColumns(chatMessage), channel: getTableColumns(chatChannel) })
      .from(chatMessage)
      .innerJoin(chatChannel, and(eq(chatChannel.id, chatMessage.channelId), isNull(chatChannel.pausedAt)))
      .where(and(eq(chatMessage.id, messageId), eq(chatMessage.status, "queued"), fresh));
    if (!row) return null;
    const { reply } = row.message;
    const [shown = row.message] = reply && "redraws" in reply ? await tx.select().from(chatMessage).where(and(eq(chatMessage.id, reply.redraws), eq(chatMessage.channelId, row.channel.id))) : [];
    return { ...row, items: await drawItems(tx, row.channel, shown), more: shown.more };
  });
}

function replyOf(reply: ChatReply, { items, more, message }: Found): string {
  if ("text" in reply) return slackNote(reply.text, reply.href);
  return bodyOf("slack", { items, more, at: message.createdAt, replaces: true });
}

type Which = { messageId: string; channelId: string };

async function notePosted(ctx: Ctx, { messageId, channelId, isReply }: Which & { isReply: boolean }): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    await tx.update(chatMessage).set({ status: "sent", endedAt: sql`now()` }).where(eq(chatMessage.id, messageId));
    if (!isReply) await tx.update(chatChannel).set({ lastSentAt: sql`now()`, failingSince: null, lastError: null }).where(eq(chatChannel.id, channelId));
    return { value: undefined, audit: noAudit("what was told is in the audit itself") };
  });
}

/** An answer that nobody waits for any more: what was decided stands in the portal. */
async function noteLost(ctx: Ctx, messageId: string, { forGood }: ChatRefused): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    if (forGood) await tx.update(chatMessage).set({ status: "failed", endedAt: sql`now()` }).where(eq(chatMessage.id, messageId));
    return { value: undefined, audit: noAudit("an answer in a chat is told by the portal too") };
  });
}

/** Marks the channel, and tells those who can mend it, once, when waiting will not help or has not helped. */
async function noteRefusal(ctx: Ctx, { messageId, channelId }: Which, { message: reason, forGood, notBefore }: ChatRefused): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    if (forGood) await tx.update(chatMessage).set({ status: "failed", endedAt: sql`now()` }).where(eq(chatMessage.id, messageId));
    // Being asked to wait is no failure, and who is asked waits with everything for that channel.
    if (notBefore) await tx.update(chatChannel).set({ notBefore }).where(eq(chatChannel.id, channelId));
    if (notBefore) return { value: undefined, audit: noAudit("it is posted a little later") };
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
