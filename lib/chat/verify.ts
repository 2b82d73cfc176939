import { createHmac, timingSafeEqual } from "node:crypto";

/** What came in, as it came: the bytes that were signed. */
export type Sent = { headers: Headers; body: Buffer };

/** How far a press may be from now, in seconds, either way; whoever repeats it later is too late. */
const window = 5 * 60;

/**
 * Whether Slack sent this, just now: gives by what a repetition is known, or null.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function fromSlack(secret: string, { headers, body }: Sent, now = Date.now()): string | null {
  const sentAt = headers.get("x-slack-request-timestamp") ?? "";
  if (!isRecent(sentAt, now)) return null;
  const expected = `v0=${createHmac("sha256", secret).update(`v0:${sentAt}:`).update(body).digest("hex")}`;
  return isSame(headers.get("x-slack-signature") ?? "", expected) ? expected : null;
}

/** The same for who signs after Standard Webhooks, as our own messages are signed; an id counts once, whatever else is signed with it. */
export function fromWebhook(secret: string, { headers, body }: Sent, now = Date.now()): string | null {
  const [id, sentAt] = [headers.get("webhook-id") ?? "", headers.get("webhook-timestamp") ?? ""];
  if (!/^[\w.:-]{1,200}$/.test(id) || !isRecent(sentAt, now)) return null;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = `v1,${createHmac("sha256", key).update(`${id}.${sentAt}.`).update(body).digest("base64")}`;
  const given = (headers.get("webhook-signature") ?? "").split(" ").slice(0, 5);
  return given.some((each) => isSame(each, expected)) ? id : null;
}

function isRecent(seconds: string, now: number): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now / 1_000 - Number(seconds)) <= window;
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}
