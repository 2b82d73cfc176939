import { type FetchGuard, FetchRefused, guardedFetch, publicGuard } from "@/lib/egress/guarded-fetch";
import { bodyOf, type ChatKind, type ChatText } from "./format";
import { signedHeaders } from "./sign";

/** Why a message was not taken. `forGood`: the same message would be refused again. */
export class ChatRefused extends Error {
  constructor(
    message: string,
    readonly forGood: boolean,
  ) {
    super(message);
  }
}

/** An address that leads elsewhere was not meant by whoever gave it, and what goes there is nobody else's. */
const chatGuard: FetchGuard = { ...publicGuard, mostRedirects: 0, mostBytes: 65_536 };

export type ChatAddress = { kind: ChatKind; url: string; secret: string | null };

/** Posts one message, once. @throws ChatRefused, which never has the address in it. */
export async function deliver({ kind, url, secret }: ChatAddress, message: ChatText & { id: string }): Promise<void> {
  const body = bodyOf(kind, message);
  const signed = secret === null ? {} : signedHeaders(secret, { id: message.id, body, at: new Date() });
  const headers = { "content-type": "application/json", "user-agent": "Countersign", ...signed };
  const response = await guardedFetch(url, { method: "POST", headers, body }, chatGuard).catch((error: unknown) => {
    if (!(error instanceof FetchRefused)) throw error;
    throw new ChatRefused(`The address ${error.message}.`, error.problem === "address" || error.problem === "private" || error.problem === "redirect");
  });
  if (response.ok) return;
  throw new ChatRefused(`The other side answered ${response.status}${await codeOf(response)}.`, isForGood(response.status));
}

/** Slack says why in one word, e.g. `no_service`; a page of HTML says nothing. */
async function codeOf(response: Response): Promise<string> {
  const text = await response.text();
  return /^[a-z_]{1,40}$/.test(text) ? ` (${text})` : "";
}

function isForGood(status: number): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status);
}
