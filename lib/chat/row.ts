import { eq } from "drizzle-orm";
import { chatChannel, chatMessage, type ChatItem, type ChatReply } from "@/db/schema/chat";
import type { Tx } from "@/db/tenant";
import { env } from "@/lib/env";
import { notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { sealReplyUrl } from "./address";

export type ChannelRow = typeof chatChannel.$inferSelect;

/** The channel, kept from changing. @throws AppError `not_found` */
export async function lockChannel(tx: Tx, id: string): Promise<ChannelRow> {
  const [row] = await tx.select().from(chatChannel).where(eq(chatChannel.id, id)).for("update");
  if (!row) throw notFound("channel");
  return row;
}

/** Keeps a message with the change that it tells of; gives the event for `send`. */
export async function queueMessage(tx: Tx, { id: channelId, organizationId }: Pick<ChannelRow, "id" | "organizationId">, items: ChatItem[], more = 0): Promise<JobEvent> {
  const id = newId();
  await tx.insert(chatMessage).values({ id, organizationId, channelId, items, more });
  return { name: "chat/queued", data: { organizationId, messageId: id } };
}

/** Keeps the answer to a press, which goes where the press said; gives the event for `send`. */
export async function queueReply(tx: Tx, { id: channelId, organizationId }: Pick<ChannelRow, "id" | "organizationId">, url: string, reply: ChatReply): Promise<JobEvent> {
  const id = newId();
  await tx.insert(chatMessage).values({ id, organizationId, channelId, items: [], reply, replyUrl: sealReplyUrl(id, url) });
  return { name: "chat/queued", data: { organizationId, messageId: id } };
}

/** Where whoever presses a button of a channel is told of. */
export function callbackAddress(channelId: string): string {
  return new URL(`/api/chat/${channelId}`, env().APP_URL).href;
}

/** How whoever set a channel up sees that it works. */
export function testItem(name: string): ChatItem {
  return { topic: "test", title: "This channel is connected", text: `Notices of Countersign come here from now on, as the channel “${name}” says.`, quote: null, risk: null, href: "/settings/notices" };
}
