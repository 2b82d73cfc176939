import { seal, unseal } from "@/lib/auth/seal";
import { FetchRefused, publicGuard } from "@/lib/egress/guarded-fetch";
import { ChatRefused } from "./deliver";

const urlPurpose = "chat address";
const secretPurpose = "chat signing secret";

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
