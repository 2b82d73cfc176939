import { createHmac, randomBytes } from "node:crypto";

const prefix = "whsec_";

/** A secret for a new webhook: 32 random bytes, written as Standard Webhooks has it. */
export function newSigningSecret(): string {
  return `${prefix}${randomBytes(32).toString("base64")}`;
}

/**
 * The headers by which a receiver knows that a message is ours, was not changed, and is not an old one sent again.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(secret: string, { id, body, at }: { id: string; body: string; at: Date }): Record<string, string> {
  const seconds = Math.floor(at.getTime() / 1_000);
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": `v1,${signature}` };
}
