import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { chatChannel, chatPress } from "@/db/schema/chat";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { read, transact } from "@/lib/transact";
import { isReplyUrl, openAddress, openDecisionSecret, slackTeamOf } from "./address";
import { countPress } from "./pace";
import { decidePress, type Pressed } from "./press";
import { readSlackPress, readWebhookPress } from "./read-press";
import { type ChannelRow, queueReply } from "./row";
import { fromSlack, fromWebhook, type Sent } from "./verify";

/** What a chat is answered: Slack nothing but that it was heard, since its answer goes to the address it gave. */
export type CallbackAnswer = { status: number; body: Record<string, unknown> | null };

/**
 * What a chat posts when somebody pressed a button there. Nothing is done before it is sure that the chat itself said so, for
 * this channel, just now, and for the first time.
 * @throws AppError `unauthenticated` for everything else, alike: a stranger learns of no channel; `rate_limited`.
 */
export async function takeCallback(info: RequestInfo, channelId: string, sent: Sent): Promise<CallbackAnswer> {
  const organizationId = z.uuid().safeParse(channelId).success ? await organizationOf(channelId) : null;
  if (!organizationId) throw stranger();
  const ctx = systemCtx("chat", organizationId, info);
  const channel = await loadDeciding(ctx, channelId);
  const secret = channel && openDecisionSecret(channel);
  if (!channel || !secret) throw stranger();
  const nonce = channel.kind === "slack" ? fromSlack(secret, sent) : fromWebhook(secret, sent);
  if (!nonce) throw stranger();
  await countPress(channel.id);
  if (!(await isFirst(ctx, channel.id, nonce))) throw stranger();
  const press = channel.kind === "slack" ? readSlackPress(sent.body, slackTeamOf(openAddress(channel).url)) : readWebhookPress(sent.body);
  if (!press) return channel.kind === "slack" ? heard : { status: 400, body: { error: "invalid_input", message: "The body must have decision, actor.id and reference." } };
  const pressed = await decidePress({ info, ctx, channel }, press);
  if (channel.kind === "webhook") return answerOf(pressed);
  if (press.replyUrl && isReplyUrl(press.replyUrl)) await reply(ctx, channel, press.replyUrl, pressed);
  return heard;
}

const heard: CallbackAnswer = { status: 200, body: null };

function stranger(): AppError {
  return new AppError("unauthenticated", "This is not known to come from a chat where anything is decided.");
}

async function organizationOf(channelId: string): Promise<string | null> {
  const [row] = await database().sql<{ organization: string | null }[]>`select gate_chat_channel(${channelId}) as organization`;
  return row?.organization ?? null;
}

type Deciding = ChannelRow & { kind: "slack" | "webhook"; decideUpTo: NonNullable<ChannelRow["decideUpTo"]> };

async function loadDeciding(ctx: Ctx, channelId: string): Promise<Deciding | null> {
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const [row] = await tx.select().from(chatChannel).where(and(eq(chatChannel.id, channelId), isNull(chatChannel.pausedAt)));
    if (!row || row.kind === "teams" || row.decideUpTo === null) return null;
    return { ...row, kind: row.kind, decideUpTo: row.decideUpTo };
  });
}

/** Counts a press in the database, so that all processes count together; a second time it is none. */
async function isFirst(ctx: Ctx, channelId: string, nonce: string): Promise<boolean> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    await tx.delete(chatPress).where(and(eq(chatPress.channelId, channelId), lt(chatPress.createdAt, sql`now() - interval '15 minutes'`)));
    const kept = await tx.insert(chatPress).values({ organizationId: ctx.organizationId, channelId, nonce }).onConflictDoNothing().returning({ nonce: chatPress.nonce });
    return { value: kept.length > 0, audit: noAudit("what it decides is the event") };
  });
}

/** Kept before it is sent: an answer outlives a stop of the portal. */
async function reply(ctx: Ctx, channel: ChannelRow, url: string, pressed: Pressed): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const send = [];
    if (pressed.decided === null) send.push(await queueReply(tx, channel, url, { text: pressed.text, href: pressed.href }));
    if (pressed.redraws !== null) send.push(await queueReply(tx, channel, url, { redraws: pressed.redraws }));
    return { value: undefined, audit: noAudit("what was decided is the event"), send };
  });
}

function answerOf(pressed: Pressed): CallbackAnswer {
  if (pressed.decided !== null) return { status: 200, body: { status: pressed.decided, by: pressed.by, url: new URL(`/approvals/${pressed.approvalId}`, env().APP_URL).href } };
  return { status: pressed.status, body: { error: pressed.code, message: pressed.text, url: new URL(pressed.href, env().APP_URL).href } };
}
