import { type FetchGuard, FetchRefused, guardedFetch, publicGuard } from "@/lib/egress/guarded-fetch";
import { isReplyUrl } from "./address";
import { bodyOf, type ChatKind, type ChatText } from "./format";
import { ChatRefused } from "./refused";
import { signedHeaders } from "./sign";

/** An address that leads elsewhere was not meant by whoever gave it, and what goes there is nobody else's. */
const chatGuard: FetchGuard = { ...publicGuard, mostRedirects: 0, mostBytes: 65_536 };

export type ChatAddress = { kind: ChatKind; url: string; secret: string | null };

/** Posts one message, once. @throws ChatRefused, which never has the address in it. */
export async function deliver({ kind, url, secret }: ChatAddress, message: ChatText & { id: string }): Promise<void> {
  const body = bodyOf(kind, message);
  await post(url, body, secret === null ? {} : signedHeaders(secret, { id: message.id, body, at: new Date() }));
}

/** Posts the answer to a press of a button. @throws ChatRefused as `deliver`. */
export async function deliverReply(url: string, body: string): Promise<void> {
  if (!isReplyUrl(url)) throw new ChatRefused("An answer goes to Slack alone.", true);
  await post(url, body, {});
}

async function post(url: string, body: string, signed: Record<string, string>): Promise<void> {
  const headers = { "content-type": "application/json", "user-agent": "Countersign", ...signed };
  const response = await guardedFetch(url, { method: "POST", headers, body }, chatGuard).catch((error: unknown) => {
    if (!(error instanceof FetchRefused)) throw error;
    throw new ChatRefused(`The address ${error.message}.`, error.problem === "address" || error.problem === "private" || error.problem === "redirect");
  });
  if (response.ok) return;
  throw new ChatRefused(`The other side answered ${response.status}${await codeOf(response)}.`, isForGood(response.status), retryAt(response));
}

const longestWaitMs = 60 * 60_000;

/** Seconds or a date (RFC 9110, 10.2.3), an hour at most; Slack sends it with 429: one message a second and channel. */
function retryAt({ status, headers }: Response): Date | null {
  const said = status === 429 || status === 503 ? headers.get("retry-after") : null;
  if (!said) return null;
  const waitMs = /^\d{1,9}$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - Date.now();
  return waitMs > 0 ? new Date(Date.now() + Math.min(waitMs, longestWaitMs)) : null;
}

/** Slack says why in one word, e.g. `no_service`; a page of HTML says nothing. */
async function codeOf(response: Response): Promise<string> {
  const text = await response.text();
  return /^[a-z_]{1,40}$/.test(text) ? ` (${text})` : "";
}

function isForGood(status: number): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status);
}
