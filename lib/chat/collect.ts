import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { chatChannel, chatMessage, chatTold } from "@/db/schema/chat";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { read, transact } from "@/lib/transact";
import { newsFor } from "./news";
import { queueMessage } from "./row";

/** So many are told in words; of the rest, how many there are. */
const shownMost = 5;

/**
 * Puts together what each channel was not told yet, as one message. What is new is found by looking, not by being told: so
 * decisions pay nothing for it, and nothing is lost when the portal stops in between. Gives how many messages there are.
 */
export async function collectChat(ctx: Ctx): Promise<number> {
  const channels = await read(ctx, (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    return tx.select({ id: chatChannel.id }).from(chatChannel).where(isNull(chatChannel.pausedAt));
  });
  let messages = 0;
  for (const { id } of channels) if (await collectOne(ctx, id)) messages += 1;
  return messages;
}

async function collectOne(ctx: Ctx, id: string): Promise<boolean> {
  return transact<boolean>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "approvals", "view");
    const [channel] = await tx.select().from(chatChannel).where(and(eq(chatChannel.id, id), isNull(chatChannel.pausedAt))).for("update");
    if (!channel) return { value: false, audit: noAudit("it was paused or removed meanwhile") };
    await forget(tx, id);
    const news = await newsFor(tx, channel);
    if (news.length === 0) return { value: false, audit: noAudit("there is no news") };
    await tx.insert(chatTold).values(news.map(({ key }) => ({ organizationId: ctx.organizationId, channelId: id, key })));
    const items = news.slice(0, shownMost).map(({ key: _key, ...item }) => item);
    return { value: true, audit: noAudit("what is told is in the audit itself"), send: [await queueMessage(tx, channel, items, news.length - items.length)] };
  });
}

/** News are of a day; what is remembered for two is never told twice. */
async function forget(tx: Tx, id: string): Promise<void> {
  const old = sql`now() - interval '2 days'`;
  await tx.delete(chatTold).where(and(eq(chatTold.channelId, id), lt(chatTold.createdAt, old)));
  await tx.delete(chatMessage).where(and(eq(chatMessage.channelId, id), lt(chatMessage.createdAt, old)));
}
