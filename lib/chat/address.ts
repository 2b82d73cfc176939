import { seal, unseal } from "@/lib/auth/seal";
import { FetchRefused, publicGuard } from "@/lib/egress/guarded-fetch";
import { isLoopback, mayLoopback } from "@/lib/egress/loopback";
import { ChatRefused } from "./refused";

const urlPurpose = "chat address";
const secretPurpose = "chat signing secret";
const decisionPurpose = "chat decision secret";
const replyPurpose = "chat reply address";

export function sealAddress(channelId: string, url: string): Buffer {
  return seal(urlPurpose, channelId, Buffer.from(url));
}

export function sealSigningSecret(channelId: string, secret: string): Buffer {
  return seal(secretPurpose, channelId, Buffer.from(secret));
}

/** @throws ChatRefused when it was changed, belongs to another channel, or AUTH_SECRET is another. */
export function openAddress(channel: { id: string; url: Buffer; secret: Buffer | null }): { url: string; secret: string | null } {
  const open = (purpose: string, sealed: Buffer) => {
    const plain = unseal(purpose, channel.id, sealed);
    if (!plain) throw new ChatRefused("The address of this channel cannot be opened any more: remove the channel and add it again.", true);
    return plain.toString("utf8");
  };
  return { url: open(urlPurpose, channel.url), secret: channel.secret && open(secretPurpose, channel.secret) };
}

/** By which presses of the channel's buttons are known. */
export function sealDecisionSecret(channelId: string, secret: string): Buffer {
  return seal(decisionPurpose, channelId, Buffer.from(secret));
}

/** Null where nothing is decided there, and for a secret that cannot be opened any more. */
export function openDecisionSecret({ id, decisionSecret }: { id: string; decisionSecret: Buffer | null }): string | null {
  return (decisionSecret && unseal(decisionPurpose, id, decisionSecret)?.toString("utf8")) ?? null;
}

export function sealReplyUrl(messageId: string, url: string): Buffer {
  return seal(replyPurpose, messageId, Buffer.from(url));
}

/** @throws ChatRefused as `openAddress`. */
export function openReplyUrl({ id, replyUrl }: { id: string; replyUrl: Buffer }): string {
  const plain = unseal(replyPurpose, id, replyUrl);
  if (!plain) throw new ChatRefused("The address of this answer cannot be opened any more.", true);
  return plain.toString("utf8");
}

/** Whether an answer may go there: to Slack, or to this machine where that is for development. */
export function isReplyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username || url.password) return false;
  return url.origin === "https://hooks.slack.com" || (isLoopback(url) && mayLoopback());
}

/** The Slack workspace whose webhook an address is: `T…` of /services/T…/B…/…; null for any other address. */
export function slackTeamOf(url: string): string | null {
  return /^\/services\/(T[A-Z0-9]{2,30})\//.exec(new URL(url).pathname)?.[1] ?? null;
}

/** What people see of an address after it was given: whose it is and how it ends. */
export function shownAddress(url: string): string {
  const { host } = new URL(url);
  return `${host}/…${url.slice(-4)}`;
}

/** What is wrong with an address by its looks; where its name leads is asked with every message. Goes on from "The address …". */
export function addressProblem(text: string): string | null {
  if (!URL.canParse(text)) return "is not an address, like https://hooks.slack.com/services/…";
  const url = new URL(text);
  if (url.username || url.password) return "must not have a user name or password in it";
  if (url.pathname.length + url.search.length < 9) return "is a server only; copy the whole address of the webhook";
  try {
    publicGuard.admits(url);
    return null;
  } catch (error) {
    if (error instanceof FetchRefused) return error.message;
    throw error;
  }
}
